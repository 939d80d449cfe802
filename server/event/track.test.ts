import { expect, test } from "vitest";
import { type Condition, conditionOf } from "@/contract/event-conditions";
import { clearAfterMs, noMemory, type Standing, track, type TrackMemory } from "@/server/event/track";

const down = conditionOf("node-down", "member ceph-3", { node: "ceph-3" });
const warning = conditionOf("storage-warning", "ceph", { identity: "storage", facts: { summary: "1 osd down" } });
const error = conditionOf("storage-error", "ceph", { identity: "storage", facts: { summary: "1 pool full" } });
const standing = (condition: Condition, eventId = 1): Standing => ({
  ...condition,
  eventId,
  facts: JSON.stringify(condition.facts),
});

/** Looks two seconds apart; each says what it does, and what stands follows from it. */
function story(looks: readonly { now: readonly Condition[]; readable?: readonly string[] }[], open: Standing[] = []) {
  let memory: TrackMemory = noMemory;
  const done: string[] = [];
  for (const [position, { now, readable = ["member ceph-3", "ceph"] }] of looks.entries()) {
    const seconds = position * 2;
    const result = track(memory, open, { conditions: now, readable: new Set(readable) }, seconds * 1000);
    memory = result.memory;
    for (const action of result.actions) {
      if (action.do === "open") {
        done.push(`${seconds}: ${action.condition.kind} since ${action.sinceMs / 1000}`);
        open = [...open, standing(action.condition, open.length + 1)];
      } else if (action.do === "change") {
        done.push(`${seconds}: ${action.condition.kind}`);
        open = open.map((one) => (one.eventId === action.eventId ? standing(action.condition, one.eventId) : one));
      } else {
        done.push(`${seconds}: over since ${action.endedMs / 1000}`);
        open = open.filter((one) => one.eventId !== action.eventId);
      }
    }
  }
  return done;
}
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

test("a condition counts once it has settled, from when it was first seen", () => {
  expect(story(times(12, { now: [down] }))).toEqual(["16: node-down since 0"]);
});

test("a short one never was", () => {
  expect(story([...times(6, { now: [down] }), ...times(20, { now: [] })])).toEqual([]);
});

test("it is over once it has stayed away, from when it was last there", () => {
  const looks = [...times(9, { now: [down] }), ...times(12, { now: [] })];
  expect(story(looks)).toEqual(["16: node-down since 0", "38: over since 18"]);
  expect(clearAfterMs).toBe(20_000);
});

test("what comes back before it is over has never been away", () => {
  const looks = [...times(9, { now: [down] }), ...times(8, { now: [] }), ...times(3, { now: [down] })];
  expect(story([...looks, ...times(8, { now: [] })])).toEqual(["16: node-down since 0"]);
});

test("what cannot be read neither begins nor ends anything, and waiting to end begins anew after it", () => {
  const unread = { now: [], readable: ["ceph"] };
  expect(story(times(40, unread), [standing(down)])).toEqual([]);
  expect(story([...times(8, { now: [] }), ...times(3, unread), ...times(8, { now: [] })], [standing(down)])).toEqual(
    [],
  );
});

test("worse, better and other words change the event that stands", () => {
  const other = { ...warning, facts: { summary: "2 osds down" } };
  const looks = [{ now: [error] }, { now: [error] }, { now: [other] }];
  expect(story(looks, [standing(warning)])).toEqual(["0: storage-error", "4: storage-warning"]);
});

test("of one identity the worst counts", () => {
  expect(story(times(9, { now: [warning, error] }))).toEqual(["16: storage-error since 0"]);
});

test("where somebody wrote down the beginning, that is the beginning", () => {
  const left = { ...conditionOf("left-on", "trail", {}), since: new Date(-60_000).toISOString() };
  expect(story([{ now: [left] }])).toEqual(["0: left-on since -60"]);
});
