import { vi } from "vitest";
import { migrateVmProcedure } from "@/server/procedures/migrate-vm/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { LifecycleWorld, worldBase } from "@/testing/lifecycle-world/lifecycle-world";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(5);
});

describeConformance({
  name: "migrate-vm",
  procedure: migrateVmProcedure,
  input: { ...worldBase, from: "ceph-1", target: "ceph-3" },
  newWorld: () => new LifecycleWorld(),
  every: 1,
  again: "held-back",
});
