import { vi } from "vitest";
import type { EndableBracket } from "@/contract/bracket-kinds";
import { endBracketProcedure } from "@/server/procedures/end-bracket/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { maintenanceInput, MaintenanceWorld } from "@/testing/maintenance-world/maintenance-world";
import { scriptedDoors } from "@/testing/maintenance-world/scripted-doors";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(5);
});

let world = new MaintenanceWorld();
const procedure = endBracketProcedure(scriptedDoors(() => world));

const left: Record<EndableBracket["kind"], Omit<EndableBracket, "kind">> = {
  "cluster-flags": { node: null, flags: ["noout", "norecover", "noscrub"] },
  "host-flags": { node: "ceph-3", flags: ["noout"] },
  "stopped-intent": { node: null, flags: [] },
  "ha-service-off": { node: "ceph-3", flags: [] },
  "vm-ha-off": { node: null, flags: [] },
  "host-maintenance": { node: "ceph-3", flags: [] },
};

for (const kind of Object.keys(left) as EndableBracket["kind"][]) {
  const bracket = { kind, ...left[kind] };
  describeConformance({
    name: `end-bracket ${kind}`,
    procedure,
    input: maintenanceInput({ subject: bracket.node ?? "cluster", flags: "none", bracket }),
    newWorld() {
      world = new MaintenanceWorld();
      world.leaveOn(bracket);
      return world;
    },
    every: 3,
  });
}
