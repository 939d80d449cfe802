import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { HaStatus } from "@/contract/ha-status";
import { known } from "@/contract/observed";
import { isSaying } from "@/contract/sentence";
import type { Plan } from "@/contract/run";
import { healthyStatus } from "@/testing/drill-world/healthy-status";
import type { MaintenanceContext } from "@/server/steps/maintenance/maintenance-step";
import { powerOffStep } from "@/server/steps/maintenance/power-steps";
import { maintenanceInput, MaintenanceWorld } from "@/testing/maintenance-world/maintenance-world";
import { scriptedDoors } from "@/testing/maintenance-world/scripted-doors";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const { definition } = powerOffStep(scriptedDoors(() => new MaintenanceWorld()));
let runs = 0;

/** ceph-3 answers the panel nothing; what the others say of it. */
function silentNode(member: "alive" | "failed", subject = "ceph-3"): MaintenanceContext {
  runs += 1;
  const base = healthyStatus("ceph-1", 7);
  if (base.consul.state === "unknown") throw new Error("the world is not whole");
  const members = base.consul.value.members.map((one) => (one.name === "10.0.0.3" ? { ...one, status: member } : one));
  const managementVm = { ...base.managementVm, state: subject === "cluster" ? "stopped" : "running" } as const;
  const status: HaStatus = { ...base, managementVm, consul: known({ ...base.consul.value, members }, base.at) };
  return {
    input: maintenanceInput({ subject }),
    plan: { kind: "node-down" } as Plan,
    cell: "ceph-3",
    runId: `r${runs}`,
    signal: new AbortController().signal,
    host: () => ({ exec: () => Promise.reject(new Error("no answer")) }),
    command: async () => ({ code: 0, stdout: JSON.stringify(status), stderr: "" }),
  } as unknown as MaintenanceContext;
}

async function looked(context: MaintenanceContext) {
  const verdict = definition.precheck(context);
  await vi.runAllTimersAsync();
  return await verdict;
}

test("a node that nobody hears is off, and was not told to switch off", async () => {
  const verdict = await looked(silentNode("failed"));
  expect(verdict.kind).toBe("already");
  expect(verdict.kind === "already" && isSaying(verdict.observed, "node-was-silent")).toBe(true);
});

test("a node that is silent for the panel alone is not called off: nothing is sent, and the way to it is named", async () => {
  const verdict = await looked(silentNode("alive"));
  expect(verdict.kind === "blocked" && isSaying(verdict.reason, "node-out-of-reach")).toBe(true);
});

test("an order that could not be sent is not waited for", async () => {
  await expect(definition.run(silentNode("alive"))).rejects.toThrow("no answer");
});

test("an order whose answer was lost is settled by what became of the node", async () => {
  const verify = async (member: "alive" | "failed") => {
    const verification = definition.verify(silentNode(member));
    await vi.runAllTimersAsync();
    return await verification;
  };
  const went = await verify("failed");
  expect(went.reached && isSaying(went.observed, "node-is-silent")).toBe(true);
  const stays = await verify("alive");
  expect(!stays.reached && isSaying(stays.missing, "node-out-of-reach")).toBe(true);
});

test("where all nodes go at once there is nobody to ask: silence is enough", async () => {
  expect((await looked(silentNode("alive", "cluster"))).kind).toBe("already");
});
