import { expect, test, vi } from "vitest";
import type { UninstallInput } from "@/contract/lifecycle";
import { uninstallSuiteProcedure } from "@/server/procedures/uninstall-suite/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { ConformanceRig } from "@/testing/conformance/rig";
import { LifecycleWorld, worldBase, worldImage } from "@/testing/lifecycle-world/lifecycle-world";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(5);
});

const input = (deleteImage: boolean): UninstallInput => ({
  ...worldBase,
  image: { kind: "rbd", spec: worldImage, cephUser: "zsha" },
  deleteImage,
});

for (const deleteImage of [false, true])
  describeConformance({
    name: deleteImage ? "uninstall-suite with the image" : "uninstall-suite",
    procedure: uninstallSuiteProcedure,
    input: input(deleteImage),
    newWorld: () => new LifecycleWorld(),
    every: 3,
    again: "held-back",
  });

test("the image is deleted only where that was asked", async () => {
  for (const deleteImage of [false, true]) {
    const world = new LifecycleWorld();
    const rig = new ConformanceRig<UninstallInput>(world, input(deleteImage));
    await rig.start(rig.panel(uninstallSuiteProcedure));
    expect((await rig.outcome()).state).toBe("succeeded");
    expect(world.image).toBe(deleteImage ? "gone" : "there");
  }
});

test("an image that cannot be seen holds everything back", async () => {
  const world = new LifecycleWorld();
  world.image = "gone";
  const rig = new ConformanceRig<UninstallInput>(world, input(false));
  await rig.start(rig.panel(uninstallSuiteProcedure));
  const { progress } = await rig.outcome();
  expect(progress.cells["verify-image-kept/ceph-2"]?.state).toBe("blocked");
  expect(world.memory.node("ceph-1").files.size).toBeGreaterThan(1);
});
