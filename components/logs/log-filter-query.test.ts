import { expect, test } from "vitest";
import { lookFromQuery, queryOfLook, sinceOf, toggled } from "@/components/logs/log-filter-query";
import { everything } from "@/contract/log-line";

test("what one looks at survives a link", () => {
  const query = "node=ceph-1&file=zshad.log&level=error&level=warning&text=a%26b&search=week";
  expect(queryOfLook(lookFromQuery(new URLSearchParams(query)))).toBe(query);
  expect(lookFromQuery(new URLSearchParams(""))).toEqual({ filter: everything, search: null });
  expect(lookFromQuery(new URLSearchParams("level=loud&search=ever"))).toEqual({ filter: everything, search: null });
});

test("a range begins so long ago", () => {
  expect(sinceOf("hour", 4_000_000)).toBe(400_000);
  expect(sinceOf("all", 4_000_000)).toBeNull();
});

test("one less than all is a choice, all again is none", () => {
  const without = toggled(null, "a", ["a", "b"]);
  expect(without).toEqual(new Set(["b"]));
  expect(toggled(without, "a", ["a", "b"])).toBeNull();
  expect(toggled(new Set(["b"]), "b", ["a", "b"])).toEqual(new Set());
});
