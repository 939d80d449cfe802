import { flagsEndedStep } from "@/server/steps/maintenance/flag-steps";
import { guestsBackStep } from "@/server/steps/maintenance/guests-back-step";
import { guestsStartedStep } from "@/server/steps/maintenance/libvirt-guests";
import { type MaintenanceAssets, maintenanceProcedure } from "@/server/steps/maintenance/maintenance-step";
import { hostEnabledStep, vmHaStep } from "@/server/steps/maintenance/platform-steps";
import { powerOnStep } from "@/server/steps/maintenance/power-steps";
import { recordClosedStep } from "@/server/steps/maintenance/record-steps";
import { managementVmStep } from "@/server/steps/maintenance/vm-steps";
import { clusterHealthyStep, servicesBackStep } from "@/server/steps/maintenance/whole-steps";

/** Manual 2.1.2.2, the cold start. What was so before is read from the record on the nodes, so an empty panel will do. */
export const clusterUpProcedure = (assets: MaintenanceAssets) =>
  maintenanceProcedure("cluster-up", [
    powerOnStep(assets),
    servicesBackStep,
    flagsEndedStep,
    managementVmStep("started"),
    hostEnabledStep(assets),
    vmHaStep(assets, "on"),
    guestsStartedStep,
    guestsBackStep(assets),
    clusterHealthyStep,
    recordClosedStep,
  ]);
