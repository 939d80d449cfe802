import { type MaintenanceAssets, maintenanceProcedure } from "@/server/steps/maintenance/maintenance-step";
import { vmsStartedStep } from "@/server/steps/maintenance/vms-started-step";

/** Manual 2.1.2.2: VMs without NeverStop stay down after a cold start until a person starts them. */
export const startVmsProcedure = (assets: MaintenanceAssets) =>
  maintenanceProcedure("start-vms", [vmsStartedStep(assets)]);
