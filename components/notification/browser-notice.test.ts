import { expect, test } from "vitest";
import { lookForNotices } from "@/components/notification/browser-notice";
import type { ClusterEvent } from "@/contract/event";
import { type EventKind, eventKinds } from "@/contract/event-kinds";

const at = "2026-11-22T10:00:00.000Z";
const now = Date.parse(at);
const event = (id: number, kind: EventKind, change: Partial<ClusterEvent> = {}): ClusterEvent => ({
  id,
  clusterId: "c",
  identity: kind,
  kind,
  severity: eventKinds[kind].severity,
  node: null,
  runId: null,
  facts: {},
  beganAt: at,
  endedAt: eventKinds[kind].nature === "moment" ? at : null,
  count: 1,
  acknowledged: null,
  ...change,
});
const kinds = (events: readonly ClusterEvent[], hidden = true) =>
  lookForNotices(events, new Set(), hidden, now).fresh.map(({ kind }) => kind);
const acknowledged = { by: "a", at, reason: null, until: null, severity: "warning", count: 1 } as const;

test("a hidden tab tells of ends of runs, alarms and failovers, and of nothing else", () => {
  const told = ["run-succeeded", "run-ended", "run-waits", "node-down", "management-vm-failover"] as const;
  expect(kinds(told.map((kind, i) => event(i, kind)))).toEqual(told);
  const untold = [
    event(1, "run-started"),
    event(2, "management-vm-started"),
    event(3, "left-on"),
    event(4, "node-down", { endedAt: at }),
    event(5, "run-waits", { endedAt: at }),
    event(6, "cable-out", { acknowledged }),
  ];
  expect(kinds(untold)).toEqual([]);
});

test("nothing is told to who looks at the page, nor what was there before", () => {
  const down = event(1, "node-down");
  expect(kinds([down], false)).toEqual([]);
  const first = lookForNotices([down], null, true, now);
  expect(first.fresh).toEqual([]);
  expect(lookForNotices([down], first.seen, true, now).fresh).toEqual([]);
});

test("worse and once more are told again", () => {
  const storage = event(1, "storage-warning", { identity: "storage" });
  const { seen } = lookForNotices([storage], new Set(), true, now);
  const again = (change: Partial<ClusterEvent>) => lookForNotices([{ ...storage, ...change }], seen, true, now).fresh;
  expect(again({})).toEqual([]);
  expect(again({ severity: "critical" })).toHaveLength(1);
  expect(again({ count: 2 })).toHaveLength(1);
});
