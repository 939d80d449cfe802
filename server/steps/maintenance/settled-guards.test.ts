import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fails, guard, holds, type MaintenanceGuard, unread } from "@/contract/maintenance-guards";
import { say } from "@/contract/sentence";
import { settledGuards } from "@/server/steps/maintenance/guards-step";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const peering = guard("data-available", fails(say("guard-data-waits", { count: 19 })));
const serving = guard("data-available", holds(say("guard-data-serves")));
const silent = guard("data-available", unread(say("reading-ceph"), say("no-answer")));
const lost = guard("nodes-healthy", fails(say("guard-nodes-lost", { nodes: "ceph-2" })));
const mayPass = ({ code }: MaintenanceGuard): boolean => code === "data-available";

/** The answers in turn, the last one for ever. */
async function settled(answers: readonly (readonly MaintenanceGuard[])[]) {
  let looks = 0;
  const read = () => Promise.resolve(answers[Math.min(looks++, answers.length - 1)] ?? []);
  const end = settledGuards({ signal: new AbortController().signal }, read, mayPass);
  await vi.runAllTimersAsync();
  return { states: (await end).map(({ state }) => state), looks };
}

test("what may pass by itself is read again, and holds nothing back once it has passed", async () => {
  expect(await settled([[peering], [silent], [serving]])).toEqual({ states: ["holds"], looks: 3 });
});

test("what may pass and does not holds back in the end", async () => {
  const { states, looks } = await settled([[peering]]);
  expect(states).toEqual(["fails"]);
  expect(looks).toBeGreaterThan(10);
});

test("beside something that fails for good nothing is waited for", async () => {
  expect(await settled([[peering, lost]])).toEqual({ states: ["fails", "fails"], looks: 1 });
});
