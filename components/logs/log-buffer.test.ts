import { describe, expect, test } from "vitest";
import {
  asText,
  emptyBuffer,
  isSkip,
  type LogBuffer,
  rowsKept,
  takeBatch,
  withFilter,
} from "@/components/logs/log-buffer";
import { everything, type LogLevel, type LogLine } from "@/contract/log-line";

const line = (ms: number, level: LogLevel = "info", node = "n1"): LogLine => ({
  node,
  file: "zshad.log",
  at: new Date(ms).toISOString(),
  ms,
  level,
  text: `t${ms}`,
  facts: "",
});
const times = (buffer: LogBuffer) => buffer.shown.map(({ ms }) => ms);
const errors = { ...everything, levels: new Set<LogLevel>(["error"]) };

describe("the buffer", () => {
  test("keeps rare lines that pass while frequent ones that do not are let go", () => {
    let buffer = takeBatch(emptyBuffer, { lines: [line(1, "error")], skipped: [] }, errors);
    for (let start = 2; start < rowsKept * 2; start += 5_000)
      buffer = takeBatch(
        buffer,
        { lines: Array.from({ length: 5_000 }, (_, at) => line(start + at)), skipped: [] },
        errors,
      );
    expect(times(buffer)).toEqual([1]);
    expect(buffer.all).toHaveLength(rowsKept);
    expect(buffer.letGo).toBe(0);
  });

  test("is bounded, and says how many it let go", () => {
    const lines = Array.from({ length: rowsKept + 10 }, (_, at) => line(at));
    const buffer = takeBatch(emptyBuffer, { lines, skipped: [] }, everything);
    expect(buffer).toMatchObject({ passed: rowsKept + 10, letGo: 10 });
    expect(buffer.shown).toHaveLength(rowsKept);
    expect(times(buffer)[0]).toBe(10);
  });

  test("applies a new filter to what it has", () => {
    const buffer = takeBatch(emptyBuffer, { lines: [line(1), line(2, "error"), line(3)], skipped: [] }, everything);
    expect(times(withFilter(buffer, errors))).toEqual([2]);
    expect(times(withFilter(withFilter(buffer, errors), everything))).toEqual([1, 2, 3]);
  });

  test("shows a gap before the lines that came after it, whatever level is asked for", () => {
    const skipped = [{ node: "n1", file: "zshad.log", bytes: 9 }];
    const buffer = takeBatch(
      takeBatch(emptyBuffer, { lines: [line(1)], skipped: [] }, everything),
      { lines: [line(5)], skipped },
      everything,
    );
    expect(buffer.shown.map((row) => (isSkip(row) ? "gap" : row.text))).toEqual(["t1", "gap", "t5"]);
    expect(withFilter(buffer, errors).shown.map(isSkip)).toEqual([true]);
    expect(withFilter(buffer, { ...everything, nodes: new Set(["n2"]) }).shown).toEqual([]);
  });

  test("learns the families of files it sees", () => {
    const rotated = { ...line(1), file: "zshad-2026-11-21.log" };
    expect([...takeBatch(emptyBuffer, { lines: [rotated], skipped: [] }, everything).families]).toEqual(["zshad.log"]);
  });
});

test("as text: stamps as in the file, a moment that is only placed marked so", () => {
  const rows = [line(0), { ...line(1), at: null, facts: "a=1" }, { node: "n1", file: "f", ms: 2, skippedBytes: 9 }];
  expect(asText(rows, (row) => `${row.skippedBytes} bytes passed over`)).toBe(
    "1970-01-01T00:00:00.000Z\tn1\tzshad.log\tinfo\tt0\n" +
      "~1970-01-01T00:00:00.001Z\tn1\tzshad.log\tinfo\tt1\ta=1\n" +
      "~1970-01-01T00:00:00.002Z\tn1\tf\t\t9 bytes passed over\n",
  );
});
