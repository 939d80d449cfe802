import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Silence } from "@/server/steps/maintenance/silence";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const { signal } = new AbortController();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A machine that answers at once, or takes the whole knock to say nothing. */
const machine = (answers: () => boolean) => {
  const knocks: number[] = [];
  const knock = async (timeoutMs: number): Promise<boolean> => {
    knocks.push(timeoutMs);
    if (answers()) return true;
    await pause(timeoutMs);
    return false;
  };
  return { knocks, knock };
};

async function timed<T>(work: Promise<T>): Promise<{ seen: T; seconds: number }> {
  const began = performance.now();
  let seconds = 0;
  const done = work.then((seen) => {
    seconds = (performance.now() - began) / 1000;
    return seen;
  });
  await vi.runAllTimersAsync();
  return { seen: await done, seconds };
}

test("nobody is off who was silent for less than ten seconds", async () => {
  const { knock } = machine(() => false);
  const { seen, seconds } = await timed(new Silence().lasts("a", knock, signal));
  expect(seen).toBe(true);
  expect(seconds).toBeGreaterThanOrEqual(10);
  expect(seconds).toBeLessThan(12);
});

test("a refused knock counts for nothing but its moment", async () => {
  const refused = () => Promise.resolve(false);
  const { seen, seconds } = await timed(new Silence().lasts("a", refused, signal));
  expect(seen).toBe(true);
  expect(seconds).toBeGreaterThanOrEqual(10);
});

test("one answer ends the silence, and it begins anew", async () => {
  let knocksSeen = 0;
  const { knock } = machine(() => (knocksSeen += 1) === 2);
  const silence = new Silence();
  expect((await timed(silence.lasts("a", knock, signal))).seen).toBe(false);
  expect((await timed(silence.lasts("a", knock, signal))).seconds).toBeGreaterThanOrEqual(10);
});

test("a silence that was heard right before goes on", async () => {
  const { knock } = machine(() => false);
  const silence = new Silence();
  await timed(silence.soFar("a", knock));
  const { seconds } = await timed(silence.lasts("a", knock, signal));
  expect(seconds).toBeGreaterThanOrEqual(4);
  expect(seconds).toBeLessThan(7);
});

test("what nobody listened to was no silence, nor was another machine's", async () => {
  const { knock } = machine(() => false);
  const silence = new Silence();
  await timed(silence.soFar("a", knock));
  expect((await timed(silence.lasts("b", knock, signal))).seconds).toBeGreaterThanOrEqual(10);
  await timed(pause(3_100));
  expect((await timed(silence.lasts("a", knock, signal))).seconds).toBeGreaterThanOrEqual(10);
});

test("no knock is cut below what a busy machine needs", async () => {
  const { knock, knocks } = machine(() => false);
  await timed(new Silence().lasts("a", knock, signal));
  expect(Math.min(...knocks)).toBeGreaterThanOrEqual(2_000);
});
