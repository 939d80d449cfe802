import { type NetworkChangeInput, networkChangeInputSchema } from "@/contract/network-change";
import { suiteVersionPlan, suiteVersionStep } from "@/server/procedures/apply-networks/suite-version-step";
import type { ProcedureDefinition } from "@/server/engine/step";
import type { NetworkWish } from "@/server/steps/networks/network-wish";
import { networksPlan, networksStep } from "@/server/steps/networks/networks-step";

const wishOf = (input: NetworkChangeInput): NetworkWish => ({
  nodes: input.nodes.map(({ name, address }) => ({ name, addresses: [address] })),
  networks: input.networks,
  rollbackSeconds: input.rollbackSeconds,
});

/** Any network of a running cluster, changed on all nodes or on none. */
export const applyNetworksProcedure: ProcedureDefinition<NetworkChangeInput> = {
  kind: "apply-networks",
  parseInput: (json) => networkChangeInputSchema.parse(json),
  plan(input) {
    const suite = suiteVersionPlan(input.nodes.map(({ name }) => name));
    return [suite, { ...networksPlan(wishOf(input)), after: [suite.id] }];
  },
  steps: [suiteVersionStep, networksStep(wishOf)],
};
