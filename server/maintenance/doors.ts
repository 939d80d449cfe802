import type { MaintenanceAssets } from "@/server/steps/maintenance/maintenance-step";
import { oncePerProcess, replaceInProcess } from "@/server/process";

/** What looking at a cluster beside its nodes needs. The composition root installs it; tests install their own. */
export interface MaintenanceDoors extends MaintenanceAssets {
  openSecret(ref: string): Promise<string>;
}

const slot = "maintenance-doors";

export const maintenanceDoors = (): MaintenanceDoors =>
  oncePerProcess<MaintenanceDoors>(slot, () => {
    throw new Error("the panel was started without its way to platforms and power");
  });

export const installMaintenanceDoors = (doors: MaintenanceDoors): void => replaceInProcess(slot, doors);
