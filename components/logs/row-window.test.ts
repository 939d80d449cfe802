import fc from "fast-check";
import { expect, it } from "vitest";
import { rowHeightPx, windowAt, windowAtEnd } from "@/components/logs/row-window";

it("holds every row that can be seen, wherever the list stands", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400_000 }), fc.integer({ min: 1, max: 2_000 }), (top, height) => {
      const { first, count } = windowAt(top, height);
      expect(first * rowHeightPx).toBeLessThanOrEqual(top);
      expect((first + count) * rowHeightPx).toBeGreaterThanOrEqual(top + height);
    }),
  );
});

it("moves in steps, so that most pixels of a scroll draw nothing anew", () => {
  const firsts = new Set(Array.from({ length: 1_000 }, (_, top) => windowAt(5_000 + top, 600).first));
  expect(firsts.size).toBeLessThanOrEqual(11);
});

it("ends with the last row", () => {
  expect(windowAtEnd(20_000, 600)).toEqual({ first: 20_000 - 46, count: 46 });
  expect(windowAtEnd(3, 600).first).toBe(0);
});
