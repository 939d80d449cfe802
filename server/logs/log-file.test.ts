import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { textOf } from "@/server/logs/log-file";
import { learnSecret } from "@/server/secret/scrub";
import { LocalLogHost } from "@/testing/local-log-host";

vi.setConfig({ testTimeout: 60_000 });
let folder: string;
let host: LocalLogHost;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trivet-logs-"));
  host = new LocalLogHost("n1", folder);
});
afterEach(() => rmSync(folder, { recursive: true }));
const sent = async (name: string) => text(await textOf(host, name, new AbortController().signal));

test("a file arrives whole, packed or not, without the secrets in it", async () => {
  learnSecret("sw0rdfish-77", "ceph-key");
  const lines = Array.from(
    { length: 20_000 },
    (_, at) => `line ${at} 日志 ${at === 17_000 ? "key sw0rdfish-77" : ""}\n`,
  ).join("");
  writeFileSync(join(folder, "a b.log"), lines);
  writeFileSync(join(folder, "a.log.1.gz"), gzipSync(lines));
  const clean = lines.replace("sw0rdfish-77", "«ceph-key»");
  expect(await sent("a b.log")).toBe(clean);
  expect(await sent("a.log.1.gz")).toBe(clean);
});

test("a file that cannot be read is an error, not an empty file", async () => {
  await expect(sent("gone.log")).rejects.toThrow("n1: gone.log could not be sent");
});
