import { type NetworkChangeInput, networkChangeInputSchema } from "@/contract/network-change";
import { suiteVersionStep } from "@/server/procedures/apply-networks/suite-version-step";
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
    return [{ ...networksPlan(wishOf(input)), after: [] }];
  },
  // The first one is in no plan any more: runs of earlier versions may still stand before it.
  steps: [suiteVersionStep, networksStep(wishOf)],
};
