import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadOrCreateKey } from "@/server/secret/key";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "trivet-key-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("makes a key once, for the owner only, and leaves nothing else behind", () => {
  const file = join(directory, "deeper", "secret.key");
  const key = loadOrCreateKey(file);
  expect(key).toHaveLength(32);
  expect(loadOrCreateKey(file)).toEqual(key);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(directory, "deeper"))).toEqual(["secret.key"]);
});

it("refuses a damaged key instead of replacing it", () => {
  const file = join(directory, "secret.key");
  writeFileSync(file, "half a key");
  expect(() => loadOrCreateKey(file)).toThrow(/does not hold 32 bytes/);
  expect(readFileSync(file, "utf8")).toBe("half a key");
});

it("says so when the file cannot be read", () => {
  const file = join(directory, "secret.key");
  mkdirSync(file);
  expect(() => loadOrCreateKey(file)).toThrow(/cannot be read/);
});
