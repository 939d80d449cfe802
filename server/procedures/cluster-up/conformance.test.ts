import { vi } from "vitest";
import { clusterUpProcedure } from "@/server/procedures/cluster-up/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { maintenanceInput, MaintenanceWorld } from "@/testing/maintenance-world/maintenance-world";
import { scriptedDoors } from "@/testing/maintenance-world/scripted-doors";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(5);
});

let world = new MaintenanceWorld();
const procedure = clusterUpProcedure(scriptedDoors(() => world));

const whole = { subject: "cluster", helper: "ceph-1", flags: "cluster" } as const;

for (const [name, input] of [
  ["with a platform", maintenanceInput(whole)],
  ["without a platform", maintenanceInput({ ...whole, platform: { kind: "none", guests: "stop" } })],
] as const)
  describeConformance({
    name: `cluster-up ${name}`,
    procedure,
    input,
    newWorld: () => (world = new MaintenanceWorld({ after: "cluster-down", guestsOn: { "ceph-2": ["db"] } })),
    every: 5,
  });
