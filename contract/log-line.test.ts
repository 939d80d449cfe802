import { describe, expect, test } from "vitest";
import { isClockSkewed } from "@/contract/clock-skew";
import { everything, type LogLine, logFamily, mergeByTime, passes } from "@/contract/log-line";

const line = (ms: number, text: string, more: Partial<LogLine> = {}): LogLine => ({
  node: "ceph-1",
  file: "zshad.log",
  at: null,
  ms,
  level: "info",
  text,
  facts: "",
  ...more,
});
const texts = (lines: readonly LogLine[]) => lines.map(({ text }) => text).join("");

describe("merging", () => {
  test("appends what is newer and puts what is late where it belongs", () => {
    const shown = [line(10, "a"), line(20, "b"), line(40, "d")];
    expect(texts(mergeByTime(shown, [line(40, "e"), line(50, "f")]))).toBe("abdef");
    expect(texts(mergeByTime(shown, [line(30, "c"), line(60, "g")]))).toBe("abcdg");
    expect(texts(mergeByTime(shown, [line(1, "0")]))).toBe("0abd");
    expect(mergeByTime(shown, [])).toBe(shown);
  });

  test("keeps the order of one moment: what was shown first stays first", () => {
    expect(texts(mergeByTime([line(10, "a"), line(20, "b")], [line(10, "x"), line(20, "y")]))).toBe("axby");
  });
});

describe("filters", () => {
  const console1 = line(1, "Kernel panic", { file: "mnvm-console.log", level: "error", facts: "epoch=7" });
  test.each([
    [{ ...everything }, true],
    [{ ...everything, nodes: new Set(["ceph-2"]) }, false],
    [{ ...everything, files: new Set(["mnvm-console.log"]) }, true],
    [{ ...everything, levels: new Set(["warning"] as const) }, false],
    [{ ...everything, text: "PANIC" }, true],
    [{ ...everything, text: "epoch=7" }, true],
    [{ ...everything, text: "epoch=8" }, false],
  ])("%#", (filter, expected) => expect(passes(console1, filter)).toBe(expected));

  test("a rotated file passes as the one it was", () => {
    const rotated = line(1, "x", { file: "zshad-2026-11-21T140207.log.gz" });
    expect(passes(rotated, { ...everything, files: new Set(["zshad.log"]) })).toBe(true);
  });
});

test.each([
  ["zshad.log", "zshad.log"],
  ["zshad-2026-11-21.log", "zshad.log"],
  ["zshad-2026-11-21T140207.log", "zshad.log"],
  ["zshad.log.3", "zshad.log"],
  ["zshad.log.3.gz", "zshad.log"],
  ["zshad.log-20261121.gz", "zshad.log"],
  ["messages-20261121", "messages"],
  ["mnvm-console.log", "mnvm-console.log"],
])("%s belongs to %s", (file, family) => expect(logFamily(file)).toBe(family));

test("a clock is off only when it is off for certain", () => {
  const reading = (clockOffsetMs: number, clockUncertaintyMs: number) =>
    isClockSkewed({ clockOffsetMs, clockUncertaintyMs });
  expect(reading(90, 1)).toBe(false);
  expect(reading(-300, 20)).toBe(true);
  expect(reading(300, 200)).toBe(false);
});
