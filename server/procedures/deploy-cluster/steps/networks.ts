import type { DeploymentInput } from "@/contract/deployment-input";
import type { DeployStep } from "@/server/steps/deployment/deploy-step";
import type { NetworkWish } from "@/server/steps/networks/network-wish";
import { networksPlan, networksStep } from "@/server/steps/networks/networks-step";

/** Nothing runs on these nodes yet, so nobody waits for their old networks; slow ones may take their time to prove the new. */
const rollbackSeconds = 300;

const wishOf = (input: DeploymentInput): NetworkWish => ({
  nodes: input.nodes.map(({ name, address }) => ({ name, addresses: [address] })),
  networks: input.networks,
  rollbackSeconds,
});

export const networks: DeployStep<DeploymentInput> = {
  plan: (input) => networksPlan(wishOf(input)),
  definition: networksStep(wishOf),
};
