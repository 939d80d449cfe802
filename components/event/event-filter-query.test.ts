import { expect, test } from "vitest";
import { filterOf, localMinute, lookFromQuery, queryOfLook } from "@/components/event/event-filter-query";

const now = Date.parse("2026-11-22T10:00:00.000Z");
const round = (query: string): string => queryOfLook(lookFromQuery(new URLSearchParams(query)));

test.each([
  ["", ""],
  ["group=storage&severity=critical&node=ceph-3&range=day", "group=storage&severity=critical&node=ceph-3&range=day"],
  ["group=weather&severity=loud&range=year", ""],
  ["range=own", ""],
  ["from=2026-11-22T09:00:00.000Z&range=day", "from=2026-11-22T09%3A00%3A00.000Z"],
  ["from=yesterday", ""],
])("the address %s means %s", (query, expected) => expect(round(query)).toBe(expected));

test("a look becomes what the server is asked for", () => {
  const asked = (query: string) => filterOf(lookFromQuery(new URLSearchParams(query)), "c", now);
  expect(asked("")).toEqual({
    clusterId: "c",
    groups: null,
    severities: null,
    nodes: null,
    sinceMs: null,
    untilMs: null,
  });
  expect(asked("group=run&range=hour&node=a")).toMatchObject({
    groups: ["run"],
    nodes: ["a"],
    sinceMs: now - 3_600_000,
  });
  expect(asked("from=2026-11-22T08:00:00Z&until=2026-11-22T09:00:00Z")).toMatchObject({
    sinceMs: now - 2 * 3_600_000,
    untilMs: now - 3_600_000,
  });
});

test("a moment fits its field and comes back", () => {
  const field = localMinute("2026-11-22T09:30:00.000Z");
  expect(new Date(field).toISOString()).toBe("2026-11-22T09:30:00.000Z");
  expect(localMinute(null)).toBe("");
});
