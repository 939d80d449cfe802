import { expect, test, vi } from "vitest";
import { type DrillFault, drillFaults } from "@/contract/drill";
import { drillProcedure } from "@/server/procedures/drill/procedure";
import { checkStructure, describeConformance } from "@/testing/conformance/conformance";
import { ConformanceRig } from "@/testing/conformance/rig";
import { DrillWorld, drillInput } from "@/testing/drill-world/drill-world";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(5);
});

/** The ways in which a drill ends differ: nothing moves, one start, a cut that heals by itself, two migrations. */
const played = [
  ["daemon-crash", 4],
  ["qemu-crash", 4],
  ["owner-cut", 4],
  ["migration", 4],
] as const satisfies readonly (readonly [DrillFault, number])[];

for (const [fault, every] of played)
  describeConformance({
    name: `drill ${fault}`,
    procedure: drillProcedure,
    input: drillInput(fault),
    newWorld: () => new DrillWorld(),
    every,
  });

test.each(drillFaults)("%s: its plan is whole", (fault) => {
  expect(() => checkStructure(drillProcedure, drillInput(fault))).not.toThrow();
});

test("what was measured is in the journal, with the verdict", async () => {
  const rig = new ConformanceRig(new DrillWorld(), drillInput("qemu-crash"));
  await rig.start(rig.panel(drillProcedure));
  const events = await rig.journal.events(rig.runId, 0, 1_000);
  const body = events.map((event) => event.body).find((each) => each.kind === "step-succeeded" && each.result);
  expect(body).toMatchObject({
    step: "verify-drill-result",
    result: {
      before: { node: "ceph-1", epoch: 7 },
      after: { node: "ceph-1", epoch: 8 },
      verdict: "as-promised",
      record: { kind: "restart" },
    },
  });
});

test("the timer that heals a cut is armed before the cut, in the plan as in the deed", async () => {
  const world = new DrillWorld();
  const rig = new ConformanceRig(world, drillInput("owner-cut"));
  await rig.start(rig.panel(drillProcedure));
  const sent = world.hosts.sent;
  const armed = sent.findIndex((line) => line.includes("--on-active=90") && line.startsWith("ceph-1: systemd-run"));
  const cut = sent.findIndex((line) => line.includes("add table inet trivet_drill"));
  expect(armed).toBeGreaterThanOrEqual(0);
  expect(cut).toBeGreaterThan(armed);
  const step = drillProcedure.plan(drillInput("owner-cut")).find(({ id }) => id === "ensure-drill-fault");
  expect(step?.commands[0]?.text).toContain("--on-active=90");
});
