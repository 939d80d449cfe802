import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { timersOnBeat } from "@/components/client/beat";

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000_300 }));
afterEach(() => void vi.useRealTimers());

test("what repeats every ten seconds and more goes out together, however far apart it was begun", () => {
  const timers = timersOnBeat(0);
  const at: [string, number][] = [];
  const note = (name: string) => () => void at.push([name, Date.now() - 1_000_000_000]);
  timers.setInterval(note("events"), 10_000);
  vi.advanceTimersByTime(1_500);
  timers.setInterval(note("runs"), 10_000);
  timers.setInterval(note("brackets"), 15_000);
  vi.advanceTimersByTime(30_000);
  expect(at).toEqual([
    ["events", 10_000],
    ["runs", 10_000],
    ["brackets", 15_000],
    ["events", 20_000],
    ["runs", 20_000],
    ["events", 30_000],
    ["runs", 30_000],
    ["brackets", 30_000],
  ]);
});

test("one that was cleared is not asked again, and what is due sooner keeps its own time", () => {
  const timers = timersOnBeat(0);
  const [slow, quick] = [vi.fn(), vi.fn()];
  const id = timers.setInterval(slow, 10_000);
  const own = timers.setInterval(quick, 2_000);
  vi.advanceTimersByTime(2_000);
  expect(quick).toHaveBeenCalledTimes(1);
  timers.clearInterval(id);
  timers.clearInterval(own);
  vi.advanceTimersByTime(60_000);
  expect(slow).not.toHaveBeenCalled();
  expect(quick).toHaveBeenCalledTimes(1);
});

test("pages beat apart from each other", () => {
  const timers = timersOnBeat(1_200);
  const at: number[] = [];
  timers.setInterval(() => at.push(Date.now() - 1_000_000_000), 10_000);
  vi.advanceTimersByTime(20_000);
  expect(at).toEqual([11_200]);
});
