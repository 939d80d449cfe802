import { flagsStep } from "@/server/steps/maintenance/flag-steps";
import { guardsStep } from "@/server/steps/maintenance/guards-step";
import { guestsAwayStep } from "@/server/steps/maintenance/libvirt-guests";
import { type MaintenanceAssets, maintenanceProcedure } from "@/server/steps/maintenance/maintenance-step";
import { hostMaintenanceStep, vmHaStep } from "@/server/steps/maintenance/platform-steps";
import { powerOffStep } from "@/server/steps/maintenance/power-steps";
import { recordStep } from "@/server/steps/maintenance/record-steps";
import { managementVmStep } from "@/server/steps/maintenance/vm-steps";

/** Manual 2.1.2.1. Flags come after the last client of the storage has gone; the nodes go side by side, in any order. */
export const clusterDownProcedure = (assets: MaintenanceAssets) =>
  maintenanceProcedure("cluster-down", [
    guardsStep("cluster-down"),
    recordStep(assets),
    vmHaStep(assets, "off"),
    hostMaintenanceStep(assets),
    guestsAwayStep,
    managementVmStep("stopped"),
    flagsStep,
    powerOffStep(assets),
  ]);
