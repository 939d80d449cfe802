import { expect, test } from "vitest";
import { median, percentile, rounded } from "@/bench/figures";

test("a percentile is a value that was measured", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([50, 95, 100].map((percent) => percentile(hundred, percent))).toEqual([50, 95, 100]);
  expect(percentile([7], 95)).toBe(7);
  expect(() => percentile([], 50)).toThrow(RangeError);
});

test("the median lies between the two in the middle", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(() => median([])).toThrow(RangeError);
});

test("figures are rounded, not cut", () => expect(rounded(1.2346)).toBe(1.235));
