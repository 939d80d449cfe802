import { rollbackSecondsDefault } from "@/contract/net-apply";
import { stayingNames, type NodeChangeInput } from "@/contract/node-change";
import { say } from "@/contract/sentence";
import { planEverywhere } from "@/server/steps/networks/see-networks";
import type { NetworkWish } from "@/server/steps/networks/network-wish";
import { networksPlan, networksStep } from "@/server/steps/networks/networks-step";
import type { NodeChangeStep } from "@/server/steps/nodes/node-change-step";

const wishOf = ({ deployment }: NodeChangeInput): NetworkWish => ({
  nodes: deployment.nodes.map(({ name, address }) => ({ name, addresses: [address] })),
  networks: deployment.networks,
  rollbackSeconds: rollbackSecondsDefault,
});

const step = networksStep(wishOf);

/** All nodes prove the paths together, but only the machines that join may be changed: the others carry the management VM. */
export const changedNetworksStep: NodeChangeStep = {
  plan: (input) => networksPlan(wishOf(input)),
  definition: {
    ...step,
    async precheck(context) {
      const wish = wishOf(context.input);
      const staying = stayingNames(context.input);
      const nodes = wish.nodes.filter(({ name }) => staying.includes(name));
      const different = (await planEverywhere(context, { ...wish, nodes })).find(({ result }) => result.changed);
      if (different === undefined) return await step.precheck(context);
      const paths = different.result.files.map(({ path }) => path).join(", ");
      return { kind: "blocked", reason: say("member-networks-differ", { node: different.node, paths }) };
    },
  },
};
