import { describe, expect, test } from "vitest";
import { levelExpression, minutesOf, parseLine } from "@/server/logs/parse-line";
import { placeLines } from "@/server/logs/place-lines";

const nowMs = Date.parse("2026-01-02T00:00:00Z");
const read = (line: string, zoneMinutes = 480) => parseLine(line, { zoneMinutes, nowMs });

describe("a line", () => {
  test("of the suite: stamp, level, sentence, and the rest as facts", () => {
    const line =
      '{"at":"2026-03-01T10:00:00.000Z","level":"warning","sentence":"Standing by","epoch":7,"owner":{"node":"n1"}}';
    expect(read(line)).toEqual({
      at: "2026-03-01T10:00:00.000Z",
      level: "warning",
      text: "Standing by",
      facts: 'epoch=7 owner={"node":"n1"}',
    });
  });

  test.each([
    ["2026-11-22T14:02:07.5Z ERROR no lease", "2026-11-22T14:02:07.500Z", "error"],
    ["2026-11-22 14:02:07,123 WARN slow", "2026-11-22T06:02:07.123Z", "warning"],
    ["[2026-11-22 14:02:07+02:00] debug x", "2026-11-22T12:02:07.000Z", "debug"],
    ["Dec 31 23:59:59 ceph-1 kernel: notice", "2025-12-31T15:59:59.000Z", "info"],
    ["Jan  1 08:00:00 ceph-1 zshad", "2026-01-01T00:00:00.000Z", "plain"],
    ["[   12.345] Kernel panic - not syncing", null, "error"],
    ["9999-99-99T99:99:99Z nonsense", null, "plain"],
    ["", null, "plain"],
  ])("%s", (line, at, level) => expect(read(line)).toMatchObject({ at, level }));

  test("that is half a JSON, or JSON without a sentence, is text", () => {
    for (const line of ['{"at":"2026', '{"a":1}', "{}", "{x}"])
      expect(read(line)).toMatchObject({ text: line, facts: "" });
  });

  test("of a console loses colours, cursor moves and bells, never letters", () => {
    expect(read("\u001b[32m OK \u001b[0m started\u0007 \u001b[2J登录\r").text).toBe(" OK  started 登录");
  });
});

test("what grep looks for on a node lets every line of the level through", () => {
  expect(levelExpression(null)).toBe("");
  expect(levelExpression(["error", "plain"])).toBe("");
  const expression = new RegExp(levelExpression(["error", "warning"]), "i");
  for (const line of ['{"level":"warning"}', '{"level":"fatal"}', "CRITICAL x", "a panic"])
    expect(line).toMatch(expression);
  expect('{"level":"info"}').not.toMatch(expression);
});

test.each([
  ["+0800", 480],
  ["-03:30", -210],
  ["Z", 0],
])("%s is %d minutes east", (zone, minutes) => expect(minutesOf(zone)).toBe(minutes));

describe("places in time", () => {
  const source = { node: "n1", file: "a.log", clockOffsetMs: 1000, zoneMinutes: 0, unstampedMs: 5 };
  const at = (...texts: string[]) => placeLines(texts, source).map(({ ms }) => ms);
  const stamp = (seconds: number) => `1970-01-01T00:00:${String(seconds).padStart(2, "0")}Z`;

  test("are by the panel's clock; a line without a stamp stands by the one above", () => {
    expect(at(`${stamp(10)} a`, "  at stack", `${stamp(12)} b`)).toEqual([9000, 9000, 11_000]);
  });
  test("before the first stamp it is the first stamp's, in a file without any the given moment", () => {
    expect(at("head", `${stamp(10)} a`)).toEqual([9000, 9000]);
    expect(at("x", "y")).toEqual([5, 5]);
  });
  test("never go back inside a file, even when its clock did", () => {
    expect(at(`${stamp(10)} a`, `${stamp(3)} b`)).toEqual([9000, 9000]);
  });
});
