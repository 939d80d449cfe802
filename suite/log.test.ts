import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RotatingLog } from "@/suite/log";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "zsha-log-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("lines are JSON, dated, readable by root and its group only", async () => {
  const log = new RotatingLog("zshad", () => new Date("2026-03-01T10:00:00Z"), directory);
  log.write({ level: "info", sentence: "Standing by", epoch: 7 });
  await log.flush();
  const path = join(directory, "zshad.log");
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
    at: "2026-03-01T10:00:00.000Z",
    level: "info",
    sentence: "Standing by",
    epoch: 7,
  });
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

test("a new day begins a new file and keeps the old one", async () => {
  let now = new Date();
  const log = new RotatingLog("zshad", () => now, directory);
  log.write({ level: "info", sentence: "today" });
  await log.flush();
  now = new Date(now.getTime() + 86_400_000);
  log.write({ level: "info", sentence: "tomorrow" });
  await log.flush();
  const names = readdirSync(directory).sort();
  expect(names).toHaveLength(2);
  expect(readFileSync(join(directory, "zshad.log"), "utf8")).toContain("tomorrow");
  expect(readFileSync(join(directory, names[0] ?? ""), "utf8")).toContain("today");
});

test("a flood is cut, and an unwritable place does not throw", async () => {
  const now = new Date();
  const log = new RotatingLog("zshad", () => now, directory);
  for (let line = 0; line < 1000; line += 1) log.write({ level: "info", sentence: String(line) });
  await log.flush();
  expect(readFileSync(join(directory, "zshad.log"), "utf8").trim().split("\n")).toHaveLength(200);
  const nowhere = new RotatingLog("zshad", () => now, join(directory, "zshad.log"));
  nowhere.write({ level: "info", sentence: "lost" });
  await expect(nowhere.flush()).resolves.toBeUndefined();
});
