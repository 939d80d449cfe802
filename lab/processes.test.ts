import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { isAlive, isNamespaceInit, readIdentity, readRecord } from "@/lab/processes";

describe.runIf(process.platform === "linux")("process identity", () => {
  test("this process is alive, and a reused pid with another start time is not it", () => {
    const own = readIdentity(process.pid);
    expect(own).not.toBeNull();
    if (!own) return;
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, startTime: "1" })).toBe(false);
  });

  test("a pid that never existed has no identity", () => {
    expect(readIdentity(2 ** 22 + 1)).toBeNull();
  });

  test("this process is no pid 1 of a namespace below", () => {
    expect(isNamespaceInit(process.pid)).toBe(false);
  });

  test("records that are missing or broken read as none", () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), "record-")), "pid");
    expect(readRecord(file)).toBeNull();
    writeFileSync(file, "nonsense");
    expect(readRecord(file)).toBeNull();
    writeFileSync(file, "12 345\n");
    expect(readRecord(file)).toEqual({ pid: 12, startTime: "345" });
  });
});
