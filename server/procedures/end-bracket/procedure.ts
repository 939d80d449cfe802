import { bracketGuardsStep, endingOf, flagsUnsetStep } from "@/server/steps/maintenance/bracket-steps";
import { type MaintenanceAssets, maintenanceProcedure } from "@/server/steps/maintenance/maintenance-step";
import { haResumedStep } from "@/server/steps/maintenance/node-ha-steps";
import { hostEnabledStep, vmHaStep } from "@/server/steps/maintenance/platform-steps";
import { managementVmStep } from "@/server/steps/maintenance/vm-steps";

/** Ends one state that was left on and belongs to no maintenance; of the steps after the first, exactly one is planned. */
export const endBracketProcedure = (assets: MaintenanceAssets) =>
  maintenanceProcedure("end-bracket", [
    bracketGuardsStep,
    flagsUnsetStep,
    endingOf("stopped-intent", managementVmStep("started")),
    endingOf("ha-service-off", haResumedStep),
    endingOf("vm-ha-off", vmHaStep(assets, "on")),
    endingOf("host-maintenance", hostEnabledStep(assets)),
  ]);
