import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hashFiles } from "@/scripts/hash-files";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "trivet-hash-"));
  mkdirSync(join(root, "app"));
  writeFileSync(join(root, "app", "page.tsx"), "one");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it("changes with content, with names, and not with tests or other places", () => {
  const before = hashFiles(root, ["app", "missing"]);
  writeFileSync(join(root, "app", "page.test.tsx"), "a test");
  writeFileSync(join(root, "elsewhere.ts"), "x");
  expect(hashFiles(root, ["app", "missing"])).toBe(before);
  writeFileSync(join(root, "app", "page.tsx"), "two");
  const changed = hashFiles(root, ["app", "missing"]);
  expect(changed).not.toBe(before);
  writeFileSync(join(root, "app", "more.tsx"), "");
  expect(hashFiles(root, ["app", "missing"])).not.toBe(changed);
});
