import { AppError } from "@/contract/errors";
import type { Power } from "@/server/ports/power";
import type { Platform, PlatformAddress } from "@/server/ports/platform";
import type { MaintenanceAssets } from "@/server/steps/maintenance/maintenance-step";
import { type MaintenanceWorld, worldNodes, worldPlatformIp } from "@/testing/maintenance-world/maintenance-world";

/** The platform on the management VM of a world, and the controllers of its machines. */
export function scriptedDoors(current: () => MaintenanceWorld): MaintenanceAssets {
  const up = async ({ ip }: PlatformAddress): Promise<MaintenanceWorld> => {
    const world = current();
    if (ip === worldPlatformIp && world.platformIsUp) return world;
    throw new AppError("node-unreachable", `nobody answers at ${ip}`, { facts: { node: ip } });
  };
  const platform: Platform = {
    uiStatus: async (ip) => (ip === worldPlatformIp && current().platformIsUp ? 200 : null),
    globalSetting: async (address) => (await up(address)).vmHa,
    async setGlobalSetting(address, _category, _name, value) {
      const world = await up(address);
      world.vmHa = value;
      keepRunning(world);
    },
    hosts: async (address) => {
      const world = await up(address);
      return worldNodes.map((name, place) => ({
        uuid: name,
        name,
        managementIp: `10.0.2.${place + 1}`,
        state: world.hostStates.get(name) ?? "",
        status: world.power.get(name) === "on" ? "Connected" : "Disconnected",
      }));
    },
    async setHostState(address, uuid, state) {
      const world = await up(address);
      world.hostStates.set(uuid, state);
      if (![...world.hostStates.values()].includes("Enabled"))
        for (const vm of world.vms.values()) vm.state = "Stopped";
      keepRunning(world);
    },
    reconnectHost: async (address) => void (await up(address)),
    vms: async (address) =>
      [...(await up(address)).vms].map(([name, { isNeverStop, state }]) => ({ uuid: name, name, state, isNeverStop })),
    async startVm(address, uuid) {
      const vm = (await up(address)).vms.get(uuid);
      if (vm !== undefined) vm.state = "Running";
    },
  };
  const power: Power = {
    state: async ({ address }) => current().power.get(address) ?? "off",
    async switchOn({ address }) {
      current().power.set(address, "on");
    },
  };
  return { platform, power };
}

/** The platform's own HA, as long as its global switch is on. */
function keepRunning(world: MaintenanceWorld): void {
  const canRun = [...world.hostStates.values()].includes("Enabled");
  for (const vm of world.vms.values()) if (world.vmHa === "true" && canRun && vm.isNeverStop) vm.state = "Running";
}
