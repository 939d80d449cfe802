import type { DeploymentInput } from "@/contract/deployment-input";
import { rollbackSecondsDefault } from "@/contract/net-apply";
import type { DeployStep } from "@/server/steps/deployment/deploy-step";
import type { NetworkWish } from "@/server/steps/networks/network-wish";
import { networksPlan, networksStep } from "@/server/steps/networks/networks-step";

const wishOf = (input: DeploymentInput): NetworkWish => ({
  nodes: input.nodes.map(({ name, address }) => ({ name, addresses: [address] })),
  networks: input.networks,
  rollbackSeconds: rollbackSecondsDefault,
});

export const networks: DeployStep<DeploymentInput> = {
  plan: (input) => networksPlan(wishOf(input)),
  definition: networksStep(wishOf),
};
