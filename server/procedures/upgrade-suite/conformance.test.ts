import { expect, test, vi } from "vitest";
import { buildPath, formerBuildPath, type UpgradeInput } from "@/contract/lifecycle";
import { suitePaths } from "@/contract/node-setup";
import { isSaying } from "@/contract/sentence";
import { upgradeSuiteProcedure } from "@/server/procedures/upgrade-suite/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { ConformanceRig } from "@/testing/conformance/rig";
import {
  LifecycleWorld,
  newBuild,
  oldBuild,
  worldBase,
  worldBundles,
  worldNodes,
} from "@/testing/lifecycle-world/lifecycle-world";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(5);
});

const procedure = upgradeSuiteProcedure(worldBundles);

const input = (change: Partial<UpgradeInput> = {}): UpgradeInput => ({
  ...worldBase,
  to: { version: "0.2.0", commit: "c2", date: "d2", sha256: newBuild, from: "panel" },
  installed: {},
  order: ["ceph-2", "ceph-3", "ceph-1"],
  subject: "ceph-1",
  moveVmTo: null,
  hold: "none",
  ...change,
});

describeConformance({
  name: "upgrade-suite",
  procedure,
  input: input(),
  newWorld: () => new LifecycleWorld(),
  every: 7,
});

const running = (world: LifecycleWorld): (string | undefined)[] =>
  worldNodes.map((name) => world.memory.node(name).state.get("running"));

test("holds after each node, and Resume takes the next one", async () => {
  const world = new LifecycleWorld();
  const rig = new ConformanceRig<UpgradeInput>(world, input({ hold: "each" }));
  const panel = rig.panel(procedure);
  await rig.start(panel);
  expect((await rig.outcome()).progress).toMatchObject({ state: "parked", reason: "held" });
  expect(running(world)).toEqual([oldBuild, newBuild, oldBuild]);
  await rig.ask(panel, "resume");
  expect((await rig.outcome()).progress).toMatchObject({ state: "parked", reason: "held" });
  expect(running(world)).toEqual([oldBuild, newBuild, newBuild]);
  await rig.ask(panel, "resume");
  expect((await rig.outcome()).state).toBe("succeeded");
  expect(running(world)).toEqual([newBuild, newBuild, newBuild]);
});

test("undone while it is held, every node runs its former build again", async () => {
  const world = new LifecycleWorld();
  const rig = new ConformanceRig<UpgradeInput>(world, input({ hold: "first" }));
  const panel = rig.panel(procedure);
  await rig.start(panel);
  await rig.ask(panel, "undo");
  expect((await rig.outcome()).state).toBe("undone");
  expect(running(world)).toEqual([oldBuild, oldBuild, oldBuild]);
});

test("goes back to the build the nodes have kept, without the panel's help", async () => {
  const world = new LifecycleWorld();
  const there = new ConformanceRig<UpgradeInput>(world, input());
  await there.start(there.panel(procedure));
  for (const name of worldNodes) {
    const { files } = world.memory.node(name);
    expect([files.get(formerBuildPath)?.trim(), files.get(buildPath(oldBuild))]).toEqual([oldBuild, oldBuild]);
  }
  const kept = { version: "0.1.0", commit: "c", date: "d", sha256: oldBuild, from: "kept" as const };
  const back = new ConformanceRig<UpgradeInput>(world, input({ to: kept }));
  await back.start(back.panel(procedure));
  expect((await back.outcome()).state).toBe("succeeded");
  expect(running(world)).toEqual([oldBuild, oldBuild, oldBuild]);
  expect(world.memory.node("ceph-1").files.get(formerBuildPath)?.trim()).toBe(newBuild);
});

test("with the management VM moved first it never runs where zshad begins anew", async () => {
  const world = new LifecycleWorld();
  const rig = new ConformanceRig<UpgradeInput>(world, input({ moveVmTo: "ceph-2" }));
  await rig.start(rig.panel(procedure));
  expect((await rig.outcome()).state).toBe("succeeded");
  expect(world.vm).toBe("ceph-2");
  expect(running(world)).toEqual([newBuild, newBuild, newBuild]);
});

test("a management VM that came to a node meanwhile holds that node back", async () => {
  const world = new LifecycleWorld();
  world.vm = "ceph-3";
  const rig = new ConformanceRig<UpgradeInput>(world, input());
  await rig.start(rig.panel(procedure));
  const { progress } = await rig.outcome();
  expect(progress.cells["ensure-upgrade-2/ceph-3"]?.state).toBe("blocked");
  expect(isSaying(progress.cells["ensure-upgrade-2/ceph-3"]?.reason ?? "", "vm-came-here")).toBe(true);
  expect(world.memory.node("ceph-3").files.get(suitePaths.executable)).toBe(oldBuild);
});
