import { vi } from "vitest";
import { nodeUpProcedure } from "@/server/procedures/node-up/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { maintenanceInput, MaintenanceWorld } from "@/testing/maintenance-world/maintenance-world";
import { scriptedDoors } from "@/testing/maintenance-world/scripted-doors";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(5);
});

let world = new MaintenanceWorld();
const procedure = nodeUpProcedure(scriptedDoors(() => world));

for (const [name, input] of [
  ["with a platform", maintenanceInput()],
  ["without a platform", maintenanceInput({ platform: { kind: "none", guests: "stop" } })],
] as const)
  describeConformance({
    name: `node-up ${name}`,
    procedure,
    input,
    newWorld: () => (world = new MaintenanceWorld({ after: "node-down", guestsOn: { "ceph-3": ["db"] } })),
    every: 5,
  });
