import { expect, test, vi } from "vitest";
import { serialiseConfig } from "@/contract/config-text";
import { configBackupPath, type UpdateConfigInput } from "@/contract/lifecycle";
import { isSaying } from "@/contract/sentence";
import { updateConfigProcedure } from "@/server/procedures/update-config/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { ConformanceRig } from "@/testing/conformance/rig";
import { LifecycleWorld, worldBase, worldConfig } from "@/testing/lifecycle-world/lifecycle-world";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(5);
});

const input = (apply: UpdateConfigInput["apply"]): UpdateConfigInput => ({
  ...worldBase,
  baseVersion: 40,
  before: serialiseConfig(worldConfig()),
  after: serialiseConfig(worldConfig({ CPU: 8 })),
  apply,
  reason: "",
});

for (const apply of ["later", "restart"] as const)
  describeConformance({
    name: `update-config ${apply}`,
    procedure: updateConfigProcedure,
    input: input(apply),
    newWorld: () => new LifecycleWorld(),
    every: 3,
  });

test("what somebody else wrote meanwhile stays, and the former version is kept on every node", async () => {
  const world = new LifecycleWorld();
  const theirs = serialiseConfig(worldConfig({ MemorySizeInGB: 32 }));
  world.config = theirs;
  world.configVersion = 41;
  const rig = new ConformanceRig<UpdateConfigInput>(world, input("later"));
  await rig.start(rig.panel(updateConfigProcedure));
  const { progress } = await rig.outcome();
  expect(progress.state).toBe("parked");
  const cell = progress.cells["ensure-config-imported/ceph-2"];
  expect(isSaying(cell?.reason ?? "", "config-changed-by-other")).toBe(true);
  expect(world.config).toBe(theirs);
  expect(world.memory.node("ceph-3").files.get(configBackupPath(40))).toBe(input("later").before);
});

test("undone between stop and start, the management VM runs again with the former configuration", async () => {
  const world = new LifecycleWorld();
  const rig = new ConformanceRig<UpdateConfigInput>(world, input("restart"));
  const procedure = {
    ...updateConfigProcedure,
    steps: updateConfigProcedure.steps.map((step) =>
      step.id === "ensure-config-applied"
        ? {
            ...step,
            run: async () => {
              world.want = "stopped";
              world.vm = null;
              return await Promise.resolve();
            },
          }
        : step,
    ),
  };
  const panel = rig.panel(procedure);
  await rig.start(panel);
  expect(world.vm).toBeNull();
  await rig.ask(panel, "undo");
  expect((await rig.outcome()).state).toBe("undone");
  expect([world.vm, world.config]).toEqual(["ceph-1", input("restart").before]);
});
