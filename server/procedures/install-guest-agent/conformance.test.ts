import { expect, test, vi } from "vitest";
import type { InstallAgentInput } from "@/contract/lifecycle";
import { stagedPath } from "@/server/procedures/install-guest-agent/guest-agent-step";
import { installGuestAgentProcedure } from "@/server/procedures/install-guest-agent/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { ConformanceRig } from "@/testing/conformance/rig";
import { agentBundle, LifecycleWorld, worldBase } from "@/testing/lifecycle-world/lifecycle-world";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(5);
});

const input: InstallAgentInput = {
  ...worldBase,
  owner: "ceph-1",
  bundle: { panelPath: "uploads/u1", fileName: "Z-HA-Guest-Agent-2.bin", bytes: 7, sha256: agentBundle },
};
const procedure = installGuestAgentProcedure({ dataPath: (file) => file });

describeConformance({
  name: "install-guest-agent",
  procedure,
  input,
  newWorld: () => new LifecycleWorld(),
  every: 1,
});

test("the bundle runs inside the guest, on the node of the management VM only", async () => {
  const world = new LifecycleWorld();
  const rig = new ConformanceRig<InstallAgentInput>(world, input);
  await rig.start(rig.panel(procedure));
  expect((await rig.outcome()).state).toBe("succeeded");
  expect(world.guest.get("zin")).toBe("0.2.0");
  const holders = [...world.memory.nodes.values()].filter(({ files }) => files.has(stagedPath)).map(({ name }) => name);
  expect(holders).toEqual(["ceph-1"]);
});
