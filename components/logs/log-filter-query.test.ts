import { expect, test } from "vitest";
import { lookFromQuery, queryOfLook, searchedTime, toggled } from "@/components/logs/log-filter-query";
import { everything } from "@/contract/log-line";

test("what one looks at survives a link", () => {
  const query = "node=ceph-1&file=zshad.log&level=error&level=warning&text=a%26b&search=week";
  expect(queryOfLook(lookFromQuery(new URLSearchParams(query)))).toBe(query);
  expect(lookFromQuery(new URLSearchParams(""))).toEqual({ filter: everything, search: null, aroundMs: null });
  expect(lookFromQuery(new URLSearchParams("level=loud&search=ever"))).toEqual({
    filter: everything,
    search: null,
    aroundMs: null,
  });
});

test("a range begins so long ago", () => {
  const at = (search: "hour" | "all") => searchedTime({ search, aroundMs: null }, 4_000_000);
  expect(at("hour")).toEqual({ sinceMs: 400_000, untilMs: null });
  expect(at("all")).toEqual({ sinceMs: null, untilMs: null });
});

test("a link from an event searches the minutes about it", () => {
  const query = "node=ceph-3&search=all&around=2026-11-22T10%3A00%3A00.000Z";
  const look = lookFromQuery(new URLSearchParams(query));
  expect(queryOfLook(look)).toBe(query);
  const minutes = (ms: number | null) => (ms === null ? null : (ms - (look.aroundMs ?? 0)) / 60_000);
  const { sinceMs, untilMs } = searchedTime(look, 0);
  expect([minutes(sinceMs), minutes(untilMs)]).toEqual([-2, 5]);
  expect(lookFromQuery(new URLSearchParams("search=all&around=then")).aroundMs).toBeNull();
});

test("one less than all is a choice, all again is none", () => {
  const without = toggled(null, "a", ["a", "b"]);
  expect(without).toEqual(new Set(["b"]));
  expect(toggled(without, "a", ["a", "b"])).toBeNull();
  expect(toggled(new Set(["b"]), "b", ["a", "b"])).toEqual(new Set());
});
