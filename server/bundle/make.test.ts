import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Bundle } from "@/contract/bundle";
import { AppError } from "@/contract/errors";
import type { LogFile } from "@/contract/log-folder";
import { say } from "@/contract/sentence";
import { Archive, textBytesMax } from "@/server/bundle/archive";
import { makeBundle } from "@/server/bundle/make";
import { chosenLogs } from "@/server/bundle/node-part";
import type { CommandResult, RemoteHost } from "@/server/ports/remote-host";

vi.setConfig({ testTimeout: 60_000 });
const cephKey = "AQBvnVxjAAAAABAAk3f0QmVkZ2Vub3RhcmVhbG==";
const token = "0c9c1b86-2f0e-4b2e-8a59-5f3a6d2b9a10";

/** A node that prints its secrets wherever it can, in forms no pattern knows. */
class LeakyHost {
  isOff = false;
  constructor(readonly node: string) {}

  async exec(argv: readonly string[], options: Parameters<RemoteHost["exec"]>[1]): Promise<CommandResult> {
    if (this.isOff)
      throw new AppError("node-unreachable", say("address-silent", { node: this.node, address: "192.0.2.7" }));
    const done = (stdout: string, code = 0): CommandResult => ({
      kind: "exited",
      code,
      stdout,
      stderr: "",
      seconds: 0,
    });
    const line = argv.join(" ");
    if (line.includes("list-logs"))
      return done(`clock ${Date.now() / 1000} +0000\nfile 7 90 1772359200 0 33188 zshad.log\n`.replace("33188 ", ""));
    if (line.includes("send-log")) {
      options.onOutput?.("stdout", gzipSync(`it read <${token}> from disk\n`).toString("base64"));
      return done("");
    }
    if (line.includes("collect-facts")) return done("", 1);
    if (line.includes("status --json")) return done(`{"token":"${token}"}`);
    if (line.includes("ceph -s")) return done(`auth with ${cephKey.split("").join("")} done`);
    return done(`${argv.at(-1)} says ${token}\n`);
  }

  async readFile(path: string): Promise<string | null> {
    if (path.endsWith("consul-tokens.json"))
      return JSON.stringify({ managementToken: "m".repeat(36), suiteToken: token });
    if (path.endsWith("client.admin.keyring")) return `[client.admin]\n\tkey = ${cephKey}\n`;
    return null;
  }
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trivet-bundle-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function bundleOf(hosts: LeakyHost[]) {
  const seen: Bundle[] = [];
  const file = await makeBundle({
    id: "b1",
    clusterId: "c1",
    clusterName: "office 一",
    actor: "ann",
    startedAt: "2026-03-01T10:00:00.000Z",
    hosts: hosts as unknown as RemoteHost[],
    collectPanel: async (add, doing) => {
      doing("panel/about.json");
      add("panel/about.json", '{"version":"0","password":"pl4nted"}');
    },
    onChange: (bundle) => seen.push(bundle),
    signal: new AbortController().signal,
  });
  writeFileSync(join(folder, "b.tar.gz"), file);
  execFileSync("tar", ["-xzf", join(folder, "b.tar.gz"), "-C", folder]);
  const root = join(folder, "trivet-office__-2026-03-01");
  return { seen, last: seen.at(-1), file, read: (path: string) => readFileSync(join(root, path), "utf8"), root };
}

test("tar opens it; every node's part is in it; no planted secret is", async () => {
  const { last, read, root } = await bundleOf([new LeakyHost("n1"), new LeakyHost("n2")]);
  expect(read("nodes/n1/logs/zshad.log")).toBe("it read <«consul-token»> from disk\n");
  expect(read("nodes/n2/ceph/status.txt")).toContain("auth with «ceph-key» done");
  expect(read("panel/about.json")).toBe('{"version":"0","password":"«redacted»"}');
  expect(read("MANIFEST.txt")).toContain("Every node answered.");
  const everything = execFileSync("grep", ["-r", "", root], { encoding: "utf8", maxBuffer: 1e8 });
  for (const secret of [token, cephKey, "pl4nted"]) expect(everything).not.toContain(secret);
  expect(last?.state).toBe("ready");
  for (const { path } of last?.entries ?? []) expect(read("MANIFEST.txt")).toContain(path);
});

test("a node that does not answer is named in it, and its reason; the others are whole", async () => {
  const silent = new LeakyHost("n2");
  silent.isOff = true;
  const { last, read } = await bundleOf([new LeakyHost("n1"), silent]);
  expect(last?.parts).toMatchObject([{ state: "done" }, { state: "done" }, { node: "n2", state: "unknown" }]);
  expect(read("MANIFEST.txt")).toMatch(/NOT ANSWERED[\s\S]*- n2: .*192\.0\.2\.7/);
  expect(read("nodes/n1/status/zsha-status.txt")).toContain("says");
});

test("tells what it does while it does it", async () => {
  const { seen } = await bundleOf([new LeakyHost("n1")]);
  expect(seen.some(({ parts }) => parts[1]?.doing === "logs/zshad.log")).toBe(true);
  expect(seen.filter(({ state }) => state === "ready")).toHaveLength(1);
});

test("a text that is too long keeps its end, and the bundle says so", () => {
  const archive = new Archive("r", 0);
  archive.add("long.txt", `${"x".repeat(textBytesMax)}the end`);
  expect(archive.entries).toEqual([{ path: "long.txt", bytes: textBytesMax, isCut: true }]);
});

test("logs: the newest first, as far as there is room", () => {
  const file = (name: string, bytes: number, changedAtMs: number): LogFile => ({
    name,
    inode: name,
    bytes,
    changedAtMs,
    bornAtMs: null,
  });
  const mega = 1024 * 1024;
  const files = [1, 2, 3, 4, 5, 6].map((day) => file(`z-${day}.log`, 32 * mega, day));
  expect(chosenLogs(files).map(({ name }) => name)).toEqual(["z-6.log", "z-5.log", "z-4.log", "z-3.log"]);
  expect(
    chosenLogs([file("a.gz", 100, 1), file("b.gz", 9 * mega, 2), file("c.zst", 10, 3)]).map(({ name }) => name),
  ).toEqual(["a.gz"]);
});
