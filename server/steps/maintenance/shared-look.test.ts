import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Plan } from "@/contract/run";
import { SharedLook } from "@/server/steps/maintenance/shared-look";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const run = (): Plan => ({ kind: "cluster-down" }) as Plan;

/** A cluster that says how often it was asked, a second after each question. */
function cluster() {
  let asked = 0;
  return async (): Promise<number> => {
    asked += 1;
    const answer = asked;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return answer;
  };
}

async function after<T>(work: Promise<T>): Promise<T> {
  await vi.runAllTimersAsync();
  return await work;
}

test("cells that ask at the same time ask once", async () => {
  const [look, plan, ask] = [new SharedLook<number>(), run(), cluster()];
  const both = Promise.all([look.take(plan, 2_000, ask), look.take(plan, 2_000, ask)]);
  expect(await after(both)).toEqual([1, 1]);
});

test("the age of an answer counts from the question: what has changed while it was on its way is not in it", async () => {
  const [look, plan, ask] = [new SharedLook<number>(), run(), cluster()];
  await after(look.take(plan, 0, ask));
  expect(await after(look.take(plan, 1_000, ask))).toBe(2);
  expect(await after(look.take(plan, 1_001, ask))).toBe(2);
});

test("no run is told what another one has asked", async () => {
  const [look, ask] = [new SharedLook<number>(), cluster()];
  expect(await after(look.take(run(), 5_000, ask))).toBe(1);
  expect(await after(look.take(run(), 5_000, ask))).toBe(2);
});

test("a question without an answer is asked anew", async () => {
  const [look, plan] = [new SharedLook<string>(), run()];
  const silent = look.take(plan, 5_000, () => Promise.reject(new Error("silence")));
  await expect(silent).rejects.toThrow("silence");
  expect(await look.take(plan, 5_000, async () => "here")).toBe("here");
});
