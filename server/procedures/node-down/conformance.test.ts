import { vi } from "vitest";
import type { PollBounds } from "@/lib/poll-until";
import { nodeDownProcedure } from "@/server/procedures/node-down/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { maintenanceInput, MaintenanceWorld, withPower } from "@/testing/maintenance-world/maintenance-world";
import { scriptedDoors } from "@/testing/maintenance-world/scripted-doors";

/** Nothing happens by itself in a scripted world, so a wait is a number of looks with everybody else's turn between. */
vi.mock("@/lib/poll-until", () => ({
  pollUntil: async <T>(look: () => Promise<T | null>, { signal }: PollBounds): Promise<T | null> => {
    for (let looks = 0; looks < 5; looks += 1) {
      const seen = await look();
      if (seen !== null) return seen;
      if (signal.aborted) return null;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return null;
  },
}));

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
