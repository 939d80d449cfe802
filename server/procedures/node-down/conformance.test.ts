import { vi } from "vitest";
import { nodeDownProcedure } from "@/server/procedures/node-down/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { maintenanceInput, MaintenanceWorld, withPower } from "@/testing/maintenance-world/maintenance-world";
import { scriptedDoors } from "@/testing/maintenance-world/scripted-doors";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(5);
});

let world = new MaintenanceWorld();
const procedure = nodeDownProcedure(scriptedDoors(() => world));

const played = [
  ["without the management VM", maintenanceInput(), {}],
  ["with the management VM", maintenanceInput({ moveVmTo: "ceph-1" }), { vmOn: "ceph-3" }],
  [
    "with guests of libvirt shut down",
    maintenanceInput({ platform: { kind: "none", guests: "stop" }, flags: "cluster" }),
    { guestsOn: { "ceph-3": ["db"], "ceph-2": ["web"] } },
  ],
  [
    "with guests of libvirt migrated",
    maintenanceInput({ platform: { kind: "none", guests: "migrate" }, nodes: withPower({ by: "hand" }) }),
    { guestsOn: { "ceph-3": ["db"] } },
  ],
] as const;

for (const [name, input, wish] of played)
  describeConformance({
    name: `node-down ${name}`,
    procedure,
    input,
    newWorld: () => (world = new MaintenanceWorld(wish)),
    every: 5,
    again: "held-back",
  });
