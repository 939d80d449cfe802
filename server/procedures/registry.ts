import type { ProcedureKind } from "@/contract/run";
import type { ProcedureDefinition } from "@/server/engine/step";
import { addNodeProcedure } from "@/server/procedures/add-node/procedure";
import { applyNetworksProcedure } from "@/server/procedures/apply-networks/procedure";
import { clusterDownProcedure } from "@/server/procedures/cluster-down/procedure";
import { clusterUpProcedure } from "@/server/procedures/cluster-up/procedure";
import { deployClusterProcedure } from "@/server/procedures/deploy-cluster/procedure";
import { drillProcedure } from "@/server/procedures/drill/procedure";
import { endBracketProcedure } from "@/server/procedures/end-bracket/procedure";
import { installGuestAgentProcedure } from "@/server/procedures/install-guest-agent/procedure";
import { nodeDownProcedure } from "@/server/procedures/node-down/procedure";
import { nodeUpProcedure } from "@/server/procedures/node-up/procedure";
import { startVmsProcedure } from "@/server/procedures/start-vms/procedure";
import { migrateVmProcedure } from "@/server/procedures/migrate-vm/procedure";
import { resetPasswordProcedure } from "@/server/procedures/reset-password/procedure";
import { uninstallSuiteProcedure } from "@/server/procedures/uninstall-suite/procedure";
import { updateConfigProcedure } from "@/server/procedures/update-config/procedure";
import { upgradeSuiteProcedure } from "@/server/procedures/upgrade-suite/procedure";
import type { SuiteBundles } from "@/server/ports/suite-bundle";
import { removeNodeProcedure } from "@/server/procedures/remove-node/procedure";
import { replaceNodeProcedure } from "@/server/procedures/replace-node/procedure";
import type { MaintenanceAssets } from "@/server/steps/maintenance/maintenance-step";
import type { NodeChangeAssets } from "@/server/steps/nodes/node-change-step";

export type ProcedureRegistry = Readonly<Record<ProcedureKind, ProcedureDefinition<unknown>>>;

/** Every procedure there is: a kind without a definition does not compile. */
export const procedureRegistry = (assets: NodeChangeAssets & MaintenanceAssets & SuiteBundles): ProcedureRegistry => ({
  "deploy-cluster": deployClusterProcedure(assets),
  drill: drillProcedure,
  "apply-networks": applyNetworksProcedure,
  "node-down": nodeDownProcedure(assets),
  "node-up": nodeUpProcedure(assets),
  "cluster-down": clusterDownProcedure(assets),
  "cluster-up": clusterUpProcedure(assets),
  "end-bracket": endBracketProcedure(assets),
  "start-vms": startVmsProcedure(assets),
  "upgrade-suite": upgradeSuiteProcedure(assets),
  "update-config": updateConfigProcedure,
  "migrate-vm": migrateVmProcedure,
  "uninstall-suite": uninstallSuiteProcedure,
  "reset-password": resetPasswordProcedure,
  "install-guest-agent": installGuestAgentProcedure(assets),
  "replace-node": replaceNodeProcedure(assets),
  "add-node": addNodeProcedure(assets),
  "remove-node": removeNodeProcedure(assets),
});
