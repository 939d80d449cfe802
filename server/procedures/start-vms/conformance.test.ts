import { vi } from "vitest";
import { startVmsProcedure } from "@/server/procedures/start-vms/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { maintenanceInput, MaintenanceWorld } from "@/testing/maintenance-world/maintenance-world";
import { scriptedDoors } from "@/testing/maintenance-world/scripted-doors";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(5);
});

let world = new MaintenanceWorld();

describeConformance({
  name: "start-vms",
  procedure: startVmsProcedure(scriptedDoors(() => world)),
  input: maintenanceInput({ subject: "cluster", flags: "none", vms: ["test"] }),
  newWorld() {
    world = new MaintenanceWorld();
    for (const vm of world.vms.values()) vm.state = "Stopped";
    return world;
  },
  every: 1,
});
