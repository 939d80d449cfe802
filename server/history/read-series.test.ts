import { expect, test } from "vitest";
import { historyRangeNames, historyRanges } from "@/contract/history";
import { bucketsOf, resolutionFor, seriesFrom } from "@/server/history/read-series";
import { Recorder } from "@/server/history/recorder";
import { chunkSeconds } from "@/server/history/resolutions";

const begin = Date.UTC(2026, 5, 1) / 1000;

test.each(historyRangeNames)(
  "%s is read from a resolution that is kept long enough and divides its buckets",
  (range) => {
    const { seconds, bucketSeconds } = historyRanges[range];
    const resolution = resolutionFor(range);
    expect(resolution.keepSeconds).toBeGreaterThanOrEqual(seconds);
    expect(bucketSeconds % resolution.stepSeconds).toBe(0);
    expect(seconds / chunkSeconds(resolution)).toBeLessThan(100);
    const { from, to, count } = bucketsOf(range, begin + 7);
    expect(count).toBeLessThanOrEqual(400);
    expect(to - from).toBe(count * bucketSeconds);
    expect(to).toBeGreaterThan(begin + 6);
    expect(from % bucketSeconds).toBe(0);
  },
);

test("buckets weigh by how much was read, keep the extremes, and leave silence empty", () => {
  const recorder = new Recorder();
  for (let at = 0; at < 240; at += 10) recorder.add(begin + at, { load: at < 60 ? 1 : 4 });
  recorder.add(begin + 600, { load: 9 });
  const resolution = resolutionFor("24h");
  const series = seriesFrom(
    recorder.inMemory(resolution),
    "load",
    { from: begin, count: 4 },
    { bucketSeconds: 300, extremes: true },
  );
  expect(series.average).toEqual([3.25, null, 9, null]);
  expect(series.extremes).toEqual({ least: [1, null, 9, null], most: [4, null, 9, null] });
});
