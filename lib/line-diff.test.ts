import fc from "fast-check";
import { expect, test } from "vitest";
import { lineDiff } from "@/lib/line-diff";

const said = (before: string | null, after: string | null) =>
  lineDiff(before, after).map(({ sign, text }) => `${sign}${text}`);

test("what stays is told once, what changes on both sides", () => {
  expect(said("[Link]\nMTUBytes=1500\nx\n", "[Link]\nMTUBytes=9000\nx\n")).toEqual([
    " [Link]",
    "-MTUBytes=1500",
    "+MTUBytes=9000",
    " x",
  ]);
  expect(said(null, "a\nb\n")).toEqual(["+a", "+b"]);
  expect(said("a\n", null)).toEqual(["-a"]);
  expect(said("", "")).toEqual([]);
});

test("both texts can be read out of it", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = lineDiff(before.join("\n"), after.join("\n"));
      const kept = (skip: string) => diff.filter(({ sign }) => sign !== skip).map(({ text }) => text);
      expect(kept("+")).toEqual(before);
      expect(kept("-")).toEqual(after);
    }),
  );
});
