import { flagsEndedStep } from "@/server/steps/maintenance/flag-steps";
import { guestsStartedStep } from "@/server/steps/maintenance/libvirt-guests";
import { type MaintenanceAssets, maintenanceProcedure } from "@/server/steps/maintenance/maintenance-step";
import { haResumedStep } from "@/server/steps/maintenance/node-ha-steps";
import { hostEnabledStep } from "@/server/steps/maintenance/platform-steps";
import { powerOnStep } from "@/server/steps/maintenance/power-steps";
import { recordClosedStep } from "@/server/steps/maintenance/record-steps";
import { clusterHealthyStep, servicesBackStep } from "@/server/steps/maintenance/whole-steps";

/** Manual 2.1.1.2: power, operating system, Ceph's flags, host; and the look that nothing is left over. */
export const nodeUpProcedure = (assets: MaintenanceAssets) =>
  maintenanceProcedure("node-up", [
    powerOnStep(assets),
    servicesBackStep,
    flagsEndedStep,
    haResumedStep,
    hostEnabledStep(assets),
    guestsStartedStep,
    clusterHealthyStep,
    recordClosedStep,
  ]);
