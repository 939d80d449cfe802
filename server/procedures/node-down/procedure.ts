import { flagsStep } from "@/server/steps/maintenance/flag-steps";
import { guardsStep } from "@/server/steps/maintenance/guards-step";
import { guestsAwayStep } from "@/server/steps/maintenance/libvirt-guests";
import { type MaintenanceAssets, maintenanceProcedure } from "@/server/steps/maintenance/maintenance-step";
import { haPausedStep } from "@/server/steps/maintenance/node-ha-steps";
import { hostMaintenanceStep } from "@/server/steps/maintenance/platform-steps";
import { powerOffStep } from "@/server/steps/maintenance/power-steps";
import { recordStep } from "@/server/steps/maintenance/record-steps";
import { vmOffSubjectStep } from "@/server/steps/maintenance/vm-elsewhere";

/** Manual 2.1.1.1, both ways: with the management VM on the node it is migrated first, without it that step is not planned. */
export const nodeDownProcedure = (assets: MaintenanceAssets) =>
  maintenanceProcedure("node-down", [
    guardsStep("node-down"),
    recordStep(assets),
    vmOffSubjectStep,
    hostMaintenanceStep(assets),
    guestsAwayStep,
    flagsStep,
    haPausedStep,
    powerOffStep(assets),
  ]);
