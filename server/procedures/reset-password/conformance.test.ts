import { expect, test, vi } from "vitest";
import type { ResetPasswordInput } from "@/contract/lifecycle";
import { resetPasswordProcedure } from "@/server/procedures/reset-password/procedure";
import { readWholeJournal } from "@/server/engine/journal";
import { describeConformance } from "@/testing/conformance/conformance";
import { ConformanceRig } from "@/testing/conformance/rig";
import { LifecycleWorld, worldBase, worldPassword } from "@/testing/lifecycle-world/lifecycle-world";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(5);
});

const input = (passwordSecretRef: string | null): ResetPasswordInput => ({ ...worldBase, passwordSecretRef });

for (const ref of ["new", null])
  describeConformance({
    name: ref === null ? "reset-password to the default" : "reset-password",
    procedure: resetPasswordProcedure,
    input: input(ref),
    newWorld: () => new LifecycleWorld(),
    every: 1,
  });

test("the password reaches the guest, and neither a command line, a file nor the journal", async () => {
  const world = new LifecycleWorld();
  const rig = new ConformanceRig<ResetPasswordInput>(world, input("new"));
  await rig.start(rig.panel(resetPasswordProcedure));
  expect(world.password).toBe(worldPassword);
  const files = [...world.memory.nodes.values()].flatMap(({ files: all }) => [...all]);
  const written = JSON.stringify([await readWholeJournal(rig.journal, rig.runId), world.memory.sent, files]);
  expect(written).not.toContain(worldPassword);
});
