import type { ProcedureKind } from "@/contract/run";
import type { ProcedureDefinition } from "@/server/engine/step";
import type { DeploymentAssets } from "@/server/procedures/deploy-cluster/deploy-step";
import { applyNetworksProcedure } from "@/server/procedures/apply-networks/procedure";
import { deployClusterProcedure } from "@/server/procedures/deploy-cluster/procedure";
import { drillProcedure } from "@/server/procedures/drill/procedure";

export type ProcedureRegistry = Readonly<Record<ProcedureKind, ProcedureDefinition<unknown>>>;

/** Every procedure there is: a kind without a definition does not compile. */
export const procedureRegistry = (assets: DeploymentAssets): ProcedureRegistry => ({
  "deploy-cluster": deployClusterProcedure(assets),
  drill: drillProcedure,
  "apply-networks": applyNetworksProcedure,
});
