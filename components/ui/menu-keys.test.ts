import { expect, it } from "vitest";
import { nextMenuItem } from "@/components/ui/menu-keys";

const texts = ["System", "Light", "Dark", "Dim"];

it.each([
  ["ArrowDown", -1, 0],
  ["ArrowDown", 3, 0],
  ["ArrowUp", 0, 3],
  ["ArrowUp", -1, 3],
  ["Home", 2, 0],
  ["End", 0, 3],
  ["d", 0, 2],
  ["D", 2, 3],
  ["d", 3, 2],
  ["x", 0, null],
  [" ", 0, null],
  ["Enter", 0, null],
])("%s at %d leads to %s", (key, at, wanted) => {
  expect(nextMenuItem(key, at, texts)).toBe(wanted);
});

it("has nowhere to go in an empty menu", () => expect(nextMenuItem("ArrowDown", -1, [])).toBeNull());
