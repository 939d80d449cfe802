import { vi } from "vitest";
import type { PollBounds } from "@/lib/poll-until";
import { clusterDownProcedure } from "@/server/procedures/cluster-down/procedure";
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
const procedure = clusterDownProcedure(scriptedDoors(() => world));

const whole = { subject: "cluster", helper: "ceph-1", flags: "cluster" } as const;

for (const [name, input] of [
  ["with a platform", maintenanceInput(whole)],
  ["without a platform", maintenanceInput({ ...whole, platform: { kind: "none", guests: "stop" } })],
] as const)
  describeConformance({
    name: `cluster-down ${name}`,
    procedure,
    input,
    newWorld: () => (world = new MaintenanceWorld({ guestsOn: { "ceph-2": ["db"] } })),
    every: 5,
    again: "held-back",
  });
