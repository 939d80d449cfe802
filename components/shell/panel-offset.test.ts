import { expect, test } from "vitest";
import { offsetFrom } from "@/components/shell/use-panel-offset";

const header = "Mon, 23 Nov 2026 02:00:00 GMT";
const at = Date.parse(header);

test("a browser five minutes behind sees the panel five minutes ahead, whatever the way there took", () => {
  const offset = offsetFrom(header, at - 300_000, at - 300_000 + 800);
  expect(Math.abs(offset - 300_000)).toBeLessThan(1_000);
});

test("what whole seconds cannot tell is no offset", () => {
  expect(offsetFrom(header, at + 900, at + 950)).toBe(0);
  expect(offsetFrom(header, at - 800, at - 700)).toBe(0);
});

test("no header, no offset", () => expect(offsetFrom(null, at, at)).toBe(0));
