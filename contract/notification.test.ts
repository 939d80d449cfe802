import { describe, expect, test } from "vitest";
import { eventKindNames, eventKinds } from "@/contract/event-kinds";
import { isChosen, isQuietTime, withChoice } from "@/contract/notification";

describe("quiet hours", () => {
  const night = { from: "22:00", to: "07:00", criticalBreaksThrough: true };
  const lunch = { from: "12:00", to: "13:30", criticalBreaksThrough: true };
  test.each([
    ["Asia/Shanghai", "2026-11-22T14:00:00Z", night, true],
    ["Asia/Shanghai", "2026-11-22T13:59:59Z", night, false],
    ["Asia/Shanghai", "2026-11-22T22:59:00Z", night, true],
    ["Asia/Shanghai", "2026-11-22T23:00:00Z", night, false],
    ["UTC", "2026-11-22T00:00:00Z", night, true],
    ["UTC", "2026-11-22T12:00:00Z", lunch, true],
    ["UTC", "2026-11-22T13:30:00Z", lunch, false],
    // Summer time ends at 01:00 UTC on this day: 06:30 local is 04:30 UTC before and 05:30 UTC after it.
    ["Europe/Berlin", "2026-10-24T04:30:00Z", night, true],
    ["Europe/Berlin", "2026-10-25T05:30:00Z", night, true],
    ["Europe/Berlin", "2026-10-24T05:30:00Z", night, false],
    ["UTC", "2026-11-22T15:00:00Z", { ...night, from: "00:00", to: "00:00" }, true],
    ["UTC", "2026-11-22T23:00:00Z", null, false],
  ])("%s at %s", (zone, at, quiet, expected) => {
    expect(isQuietTime(quiet, zone, Date.parse(at))).toBe(expected);
  });
});

test("a choice is kept as what differs from the default, and taken back leaves nothing", () => {
  const none = { on: [], off: [] };
  for (const kind of eventKindNames) {
    const { told } = eventKinds[kind];
    expect(isChosen(none, kind)).toBe(told);
    const other = withChoice(none, kind, !told);
    expect(isChosen(other, kind)).toBe(!told);
    expect(other.on.length + other.off.length).toBe(1);
    expect(withChoice(other, kind, told)).toEqual(none);
  }
});
