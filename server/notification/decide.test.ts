import { describe, expect, test } from "vitest";
import type { ClusterEvent } from "@/contract/event";
import { type EventKind, eventKinds } from "@/contract/event-kinds";
import type { ChannelSettings } from "@/contract/notification-schema";
import { decide, type Told } from "@/server/notification/decide";
import { webhookSettings } from "@/server/notification/fixtures/channel-fixture";
import { giveUpAfterMs, nextTry } from "@/server/notification/retry";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const base = Date.parse("2026-11-22T10:00:00.000Z");
const iso = (ms: number): string => new Date(ms).toISOString();

let newest = 0;
function event(kind: EventKind, change: Partial<ClusterEvent> & { atMs?: number; endMs?: number } = {}): ClusterEvent {
  const { atMs = base, endMs, ...more } = change;
  newest += 1;
  const end = eventKinds[kind].nature === "moment" ? atMs : endMs;
  return {
    id: newest,
    clusterId: "c",
    identity: kind,
    kind,
    severity: eventKinds[kind].severity,
    node: null,
    runId: null,
    facts: {},
    beganAt: iso(atMs),
    endedAt: end === undefined ? null : iso(end),
    count: 1,
    acknowledged: null,
    ...more,
  };
}

interface Look {
  at: number;
  events: readonly ClusterEvent[];
}

/** Goes through looks as the dispatcher does: what was told is remembered, what waits is handed on. */
function story(looks: readonly Look[], with_: Partial<ChannelSettings> = {}, sinceMs = base - hour): string[] {
  const told = new Map<number, Told>();
  const sentAtMs: number[] = [];
  let waiting: ReadonlyMap<string, number> = new Map();
  const sent: string[] = [];
  for (const { at, events } of looks) {
    const nowMs = base + at;
    const all = { ...webhookSettings, ...with_ };
    const decision = decide({ channelId: "k", settings: all, sinceMs, events, told, sentAtMs, waiting, nowMs });
    ({ waiting } = decision);
    for (const { lines } of decision.messages) {
      sentAtMs.push(nowMs);
      sent.push(`${at / second}: ${lines.map(({ change, kind }) => `${change} ${kind}`).join(", ")}`);
      for (const { eventId, severity, count, endedAt } of lines)
        told.set(eventId, { severity, count, ended: endedAt !== null });
    }
  }
  return sent;
}
/** Every four seconds from `from` up to `to`. */
const looking = (from: number, to: number, events: readonly ClusterEvent[]): Look[] =>
  Array.from({ length: Math.floor((to - from) / (4 * second)) + 1 }, (_, i) => ({ at: from + i * 4 * second, events }));

/** Three looks at the events there are by then. */
const minuteOf = (number: number, events: readonly ClusterEvent[]): Look[] =>
  [0, 20, 40].map((offset) => ({ at: number * minute + offset * second, events: events.slice(0, number + 1) }));

describe("what is sent when", () => {
  test("one message when it begins, one when it is over", () => {
    const cable = event("cable-out");
    const over = { ...cable, endedAt: iso(base + 10 * minute) };
    const looks = [...looking(0, 10 * minute, [cable]), ...looking(10 * minute, 20 * minute, [over])];
    expect(story(looks)).toEqual(["20: began cable-out", "740: ended cable-out"]);
  });

  test("what comes together goes together, the critical one makes it go at once", () => {
    const [down, failover] = [event("node-down"), event("management-vm-failover")];
    const [gone, lost] = [event("management-vm-down"), event("ceph-unreachable")];
    expect(story(looking(0, minute, [down, failover]))).toEqual([
      "20: began node-down, happened management-vm-failover",
    ]);
    expect(story(looking(0, minute, [down, gone, lost]))).toEqual([
      "8: began management-vm-down, began ceph-unreachable, began node-down",
    ]);
  });

  test("later ones wait for a minute's gap, critical ones do not", () => {
    const [down, storage] = [event("node-down"), event("storage-warning")];
    const paused = event("management-vm-paused");
    const calm = [...looking(0, 20 * second, [down]), ...looking(24 * second, 3 * minute, [down, storage])];
    expect(story(calm)).toEqual(["20: began node-down", "80: began storage-warning"]);
    const urgent = [...looking(0, 20 * second, [down]), ...looking(24 * second, 3 * minute, [down, paused])];
    expect(story(urgent)).toEqual(["20: began node-down", "32: began management-vm-paused"]);
  });

  test("clusters have messages of their own", () => {
    const here = event("cable-out");
    const there = event("cable-out", { clusterId: "d" });
    expect(story(looking(0, minute, [here, there]))).toEqual(["20: began cable-out", "20: began cable-out"]);
    expect(story(looking(0, minute, [here, there]), { clusters: ["d"] })).toHaveLength(1);
  });

  test("worse is told, better is not; a flap is silent until it was told to be over", () => {
    const warning = event("storage-warning", { identity: "storage" });
    const error: ClusterEvent = { ...warning, kind: "storage-error", severity: "critical" };
    const looks = [
      ...looking(0, 40 * second, [warning]),
      ...looking(44 * second, 60 * second, [error]),
      ...looking(64 * second, 10 * minute, [warning]),
    ];
    expect(story(looks)).toEqual(["20: began storage-warning", "52: worse storage-error"]);
    const cable = event("cable-out");
    const flaps = [1, 2, 3, 4].flatMap((count) => [
      ...looking((count - 1) * minute, (count - 1) * minute + 30 * second, [{ ...cable, count }]),
      ...looking((count - 1) * minute + 34 * second, count * minute - 4 * second, [
        { ...cable, count, endedAt: iso(base + (count - 1) * minute + 30 * second) },
      ]),
    ]);
    expect(story(flaps)).toEqual(["20: began cable-out"]);
    const over = { ...cable, endedAt: iso(base + minute) };
    const again = [
      ...looking(0, minute, [cable]),
      ...looking(minute, 4 * minute, [over]),
      ...looking(5 * minute, 6 * minute, [{ ...cable, count: 2 }]),
    ];
    expect(story(again)).toEqual(["20: began cable-out", "200: ended cable-out", "320: again cable-out"]);
  });

  test("a storm ends in one message an hour's budget later, critical ones have a little more", () => {
    const storm = Array.from({ length: 60 }, (_, i) => event("cable-out", { atMs: base + i * minute }));
    const looks = storm.flatMap((_, i) => minuteOf(i, storm));
    const sent = story([...looks, ...looking(60 * minute, 70 * minute, storm)]);
    expect(sent.slice(0, 20).every((line) => line.split(", ").length <= 2)).toBe(true);
    const inFirstHour = sent.filter((line) => Number(line.split(":")[0]) < 3600);
    expect(inFirstHour).toHaveLength(20);
    expect(sent[20]?.split(", ").length).toBeGreaterThan(10);
    const alarms = Array.from({ length: 50 }, (_, i) => event("management-vm-down", { atMs: base + i * minute }));
    const critical = alarms.flatMap((_, i) => minuteOf(i, alarms));
    expect(story(critical)).toHaveLength(30);
  });
});

describe("what is not sent", () => {
  const acknowledged = {
    by: "admin",
    at: iso(base),
    reason: null,
    until: null,
    severity: "warning",
    count: 1,
  } as const;
  test.each<[string, ClusterEvent, Partial<ChannelSettings>]>([
    ["a switched-off channel", event("node-down"), { enabled: false }],
    ["a kind that is not told unless it is chosen", event("run-started"), {}],
    ["a kind that was chosen not to be told", event("node-down"), { off: ["node-down"] }],
    ["what began before the channel was made", event("node-down", { atMs: base - 2 * hour }), {}],
    ["what somebody has taken note of", event("node-down", { acknowledged }), {}],
    ["that this very channel fails", event("notifications-failing", { identity: "notifications-failing k" }), {}],
  ])("%s", (_what, one, with_) => expect(story(looking(0, 5 * minute, [one]), with_)).toEqual([]));

  test("what was over a day ago", () => {
    const late = event("run-succeeded");
    expect(story(looking(25 * hour, 25 * hour + minute, [late]))).toEqual([]);
    expect(story(looking(23 * hour, 23 * hour + minute, [late]))).toHaveLength(1);
  });

  test("a kind that is chosen is, and another channel's failure too", () => {
    expect(story(looking(0, minute, [event("run-started")]), { on: ["run-started"] })).toHaveLength(1);
    const other = event("notifications-failing", { clusterId: null, identity: "notifications-failing other" });
    expect(story(looking(0, minute, [other]))).toHaveLength(1);
  });

  test("an acknowledged alarm that gets worse is told", () => {
    const noted = event("storage-error", { identity: "storage", acknowledged });
    expect(story(looking(0, minute, [noted]))).toEqual(["8: began storage-error"]);
  });
});

describe("quiet hours", () => {
  const quiet = { from: "10:00", to: "11:00", criticalBreaksThrough: true };
  const down = event("node-down");
  const over = event("cable-out", { endMs: base + 5 * minute });

  test("everything waits for their end and comes as one, what is over by then too", () => {
    expect(story(looking(0, 61 * minute, [down, over]), { quiet })).toEqual(["3600: began node-down, over cable-out"]);
  });

  test("what is critical breaks through alone, unless it may not", () => {
    const gone = event("management-vm-down");
    const looks = looking(0, 61 * minute, [down, gone]);
    expect(story(looks, { quiet })).toEqual(["8: began management-vm-down", "3600: began node-down"]);
    expect(story(looks, { quiet: { ...quiet, criticalBreaksThrough: false } })).toEqual([
      "3600: began management-vm-down, began node-down",
    ]);
  });
});

test("a failed message is tried again, later each time, for a day at most", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempts) => {
    const next = nextTry(attempts, base, base);
    return next.state === "waiting" ? (next.dueMs - base) / minute : null;
  });
  expect(waits).toEqual([0.5, 2, 10, 30, 60, 120, 240, 480]);
  expect(nextTry(9, base, base)).toEqual({ state: "given-up" });
  expect(nextTry(1, base, base + giveUpAfterMs)).toEqual({ state: "given-up" });
});
