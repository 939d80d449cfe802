import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Answer, fails, holds, unread } from "@/contract/maintenance-guards";
import { say, sentenceText } from "@/contract/sentence";
import { lastLook } from "@/server/steps/nodes/last-look";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const silent = unread(say("reading-ceph"), say("no-answer"));
const whole = holds(say("osds-drained"));
const needed = fails(say("osds-not-drained", { osds: "osd.1", said: "in use" }));

/** The answers in turn, the last one for ever. */
async function looked(answers: readonly Answer[]): Promise<{ reason: string | null; looks: number; seconds: number }> {
  let looks = 0;
  const began = performance.now();
  const read = () => Promise.resolve([answers[Math.min(looks++, answers.length - 1)] ?? silent]);
  const look = lastLook({ signal: new AbortController().signal }, read);
  await vi.runAllTimersAsync();
  const reason = await look;
  return {
    reason: reason === null ? null : sentenceText(reason),
    looks,
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

test("what could not be read once is read again, and holds nothing back when it is well", async () => {
  expect(await looked([silent, silent, whole])).toMatchObject({ reason: null, looks: 3 });
});

test("what fails holds back at once", async () => {
  expect(await looked([needed])).toMatchObject({ reason: expect.stringContaining("osd.1"), looks: 1, seconds: 0 });
});

test("what fails after it was unread holds back", async () => {
  expect(await looked([silent, needed])).toMatchObject({ reason: expect.stringContaining("osd.1"), looks: 2 });
});

test("what nobody can read holds back, within a minute", async () => {
  const { reason, seconds } = await looked([silent]);
  expect(reason).not.toBeNull();
  expect(seconds).toBeGreaterThan(30);
  expect(seconds).toBeLessThan(60);
});
