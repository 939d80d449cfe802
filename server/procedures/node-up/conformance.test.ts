import { vi } from "vitest";
import type { PollBounds } from "@/lib/poll-until";
import { nodeUpProcedure } from "@/server/procedures/node-up/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { maintenanceInput, MaintenanceWorld } from "@/testing/maintenance-world/maintenance-world";
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
