import { expect, test } from "vitest";
import { bandPath, linePath, tableRows, timeTicks, topOf } from "@/components/ui/time-chart-geometry";

const frame = { count: 4, bottom: 0, top: 10 };

test("a line breaks where nothing was read and begins anew after it", () => {
  expect(linePath([0, 10, null, 5], frame)).toBe("M125.0 100.0L375.0 0.0M875.0 50.0h0.1");
  expect(linePath([null, null], frame)).toBe("");
});

test("a band is closed on either side of a gap", () => {
  const path = bandPath([0, 0, null, 0, 0], [10, 10, null, 10, 10], { ...frame, count: 5 });
  expect(path.match(/M/g)).toHaveLength(2);
  expect(path.match(/Z/g)).toHaveLength(2);
});

test.each([
  [0, 1],
  [0.7, 1],
  [1.2, 2],
  [4.9e9, 5e9],
  [5, 5],
  [6e-6, 1e-5],
])("the top above %d is %d", (peak, top) => {
  expect(topOf(peak)).toBeCloseTo(top, 9);
});

test("ticks stand at round times of the reader's clock", () => {
  const zone = 8 * 3600;
  const from = Date.UTC(2026, 10, 22, 3, 17) / 1000;
  for (const span of [3600, 86_400, 7 * 86_400, 30 * 86_400, 365 * 86_400]) {
    const ticks = timeTicks(from, from + span, zone);
    expect(ticks.length).toBeGreaterThan(2);
    expect(ticks.length).toBeLessThanOrEqual(8);
    expect(ticks.every(({ at }) => at >= 0 && at < 1)).toBe(true);
    expect(ticks.every(({ seconds }) => (seconds + zone) % 300 === 0)).toBe(true);
  }
  const daily = timeTicks(from, from + 7 * 86_400, zone);
  expect(daily.map(({ seconds }) => (seconds + zone) % 86_400)).toEqual(daily.map(() => 0));
});

test("a table has few rows, and a row of gaps has no figure", () => {
  const rows = tableRows([[1, 3, null, null, 5]], 3);
  expect(rows).toEqual([
    { index: 0, values: [2] },
    { index: 2, values: [null] },
    { index: 4, values: [5] },
  ]);
  expect(tableRows([], 10)).toEqual([]);
});
