// The scripts run here as on a node, over folders of the test's own.
import { appendFileSync, mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { followLogs, type FollowedBatch } from "@/server/logs/follow";
import { behindBytesMax } from "@/server/logs/plan-reads";
import { searchNodes } from "@/server/logs/search";
import { learnSecret } from "@/server/secret/scrub";
import { LocalLogHost } from "@/testing/local-log-host";

/** Each read is a dozen processes; on a loaded machine each takes its time. */
const patienceMs = 120_000;
vi.setConfig({ testTimeout: patienceMs + 30_000 });

let folders: string[];
let hosts: LocalLogHost[];
beforeEach(() => {
  folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), "trivet-logs-")));
  hosts = folders.map((folder, index) => new LocalLogHost(`n${index + 1}`, folder));
});
afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const path = (node: number, name: string) => join(folders[node - 1] ?? "", name);
const said = (seconds: number, sentence: string, level = "info") =>
  `${JSON.stringify({ at: `2026-03-01T10:00:${String(seconds).padStart(2, "0")}.000Z`, level, sentence })}\n`;

/** Follows until `enough`, and gives what came with the place to go on from. */
async function follow(enough: (batch: FollowedBatch) => boolean, positions: string | null = null) {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), patienceMs);
  const batches: FollowedBatch[] = [];
  for await (const batch of followLogs(hosts, positions, stop.signal)) {
    batches.push(batch);
    if (enough(batch)) break;
  }
  clearTimeout(late);
  stop.abort();
  const last = batches.at(-1);
  if (last === undefined) throw new Error("nothing came in time");
  const lines = batches.flatMap((batch) => batch.lines);
  return { lines, texts: lines.map(({ text }) => text), last, skipped: batches.flatMap(({ skipped }) => skipped) };
}
const has = (text: string) => (batch: FollowedBatch) => batch.lines.some((line) => line.text === text);
const allRead = (batch: FollowedBatch) => Object.keys(batch.nodes).length === 2;

describe("following", () => {
  test("merges the nodes by time and goes on at the very byte", async () => {
    writeFileSync(path(1, "zshad.log"), said(1, "a") + said(3, "c"));
    writeFileSync(path(2, "zshad.log"), said(2, "b") + said(4, "d"));
    const first = await follow(allRead);
    expect(first.lines.toSorted((a, b) => a.ms - b.ms).map(({ node, text }) => node + text)).toEqual([
      "n1a",
      "n2b",
      "n1c",
      "n2d",
    ]);
    appendFileSync(path(1, "zshad.log"), `${said(5, "e")}{"half`);
    const second = await follow(has("e"), first.last.positions);
    expect(second.texts).toEqual(["e"]);
    appendFileSync(path(1, "zshad.log"), `","at":"2026-03-01T10:00:06Z","sentence":"f"}\n`.replace('","at', '":1,"at'));
    expect((await follow(has("f"), second.last.positions)).texts).toEqual(["f"]);
  });

  test("loses nothing when a file is rotated while nobody looks", async () => {
    writeFileSync(path(1, "zshad.log"), said(1, "a"));
    const first = await follow(allRead);
    appendFileSync(path(1, "zshad.log"), said(2, "b"));
    renameSync(path(1, "zshad.log"), path(1, "zshad-2026-03-01.log"));
    writeFileSync(path(1, "zshad.log"), said(3, "c"));
    const second = await follow(has("c"), first.last.positions);
    expect(second.texts).toEqual(["b", "c"]);
  });

  test("says what it passed over, and never shows half a line", async () => {
    writeFileSync(path(1, "zshad.log"), said(1, "a"));
    const first = await follow(allRead);
    const flood = said(2, "flood ".repeat(20)).repeat(
      Math.ceil((behindBytesMax * 1.2) / said(2, "flood ".repeat(20)).length),
    );
    appendFileSync(path(1, "zshad.log"), flood + said(3, "end"));
    const second = await follow(has("end"), first.last.positions);
    const [passedOver] = second.skipped;
    expect(passedOver).toMatchObject({ node: "n1", file: "zshad.log" });
    expect(passedOver?.bytes).toBeGreaterThan(behindBytesMax);
    expect(new Set(second.texts)).toEqual(new Set(["flood ".repeat(20), "end"]));
  });

  test("names a node that does not answer and why, and takes it up again", async () => {
    writeFileSync(path(1, "zshad.log"), said(1, "a"));
    writeFileSync(path(2, "zshad.log"), said(2, "b"));
    const [, second] = hosts;
    if (second === undefined) throw new Error("two hosts");
    second.isOff = true;
    const first = await follow(allRead);
    expect(first.last.nodes["n1"]).toMatchObject({ state: "known", value: { hasFolder: true } });
    expect(first.last.nodes["n2"]).toMatchObject({ state: "unknown", reason: { code: "address-silent" } });
    second.isOff = false;
    const back = await follow(has("b"), first.last.positions);
    expect(back.last.nodes["n2"]?.state).toBe("known");
  });

  test("a node without the folder is read, and empty for that reason", async () => {
    rmSync(folders[1] ?? "", { recursive: true });
    const { last } = await follow(allRead);
    expect(last.nodes["n2"]).toMatchObject({ state: "known", value: { hasFolder: false } });
    folders.pop();
  });

  test("a secret in a log does not leave the panel", async () => {
    learnSecret("pl4nted-Secret!", "node-password");
    writeFileSync(path(1, "zshad.log"), said(1, "password is pl4nted-Secret! here"));
    expect((await follow(allRead)).texts).toEqual(["password is «node-password» here"]);
  });

  test("a slow reader stops the questions to the nodes", async () => {
    writeFileSync(path(1, "zshad.log"), said(1, "a"));
    const stop = new AbortController();
    const stream = followLogs(hosts, null, stop.signal);
    await stream.next();
    const asked = () => hosts.reduce((sum, host) => sum + host.ran.length, 0);
    await vi.waitFor(() => expect(hosts.map(({ running }) => running)).toEqual([0, 0]), patienceMs);
    const before = asked();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(asked()).toBe(before);
    stop.abort();
    await stream.return();
  });
});

describe("searching", () => {
  const ask = { nodes: null, files: null, levels: null, text: "", sinceMs: null, untilMs: null };

  test("finds in rotated and packed files, newest last, and says how far it looked", async () => {
    writeFileSync(path(1, "zshad.log"), said(9, "lease taken") + said(10, "other"));
    writeFileSync(path(1, "zshad-2026-02-28.log.gz"), gzipSync(said(1, "Lease lost") + said(2, "x")));
    writeFileSync(path(2, "mnvm-console.log"), "lease on the console\n");
    const found = await searchNodes(hosts, { ...ask, text: "LEASE" });
    expect(found.lines.map(({ node, text }) => `${node} ${text}`).toSorted()).toEqual([
      "n1 Lease lost",
      "n1 lease taken",
      "n2 lease on the console",
    ]);
    expect(found.nodes["n1"]).toMatchObject({ value: { found: 2, filesSearched: 2, filesTotal: 2, stopped: null } });
    expect(found.moreBeforeMs).toBeNull();
  });

  test("takes the text as it is, whatever the shell or grep would make of it", async () => {
    const odd = `$(touch /tmp/x) '; -e "a.*b" \\`;
    writeFileSync(path(1, "plain.log"), `${odd}\naxxb\n`);
    expect((await searchNodes(hosts, { ...ask, text: odd })).lines.map(({ text }) => text)).toEqual([odd]);
    expect((await searchNodes(hosts, { ...ask, text: "a.*b" })).lines).toHaveLength(1);
    expect((await searchNodes(hosts, { ...ask, text: "-v" })).lines).toHaveLength(0);
  });

  test("keeps to level, time, node and file", async () => {
    writeFileSync(path(1, "zshad.log"), said(1, "a", "error") + said(2, "error in words") + said(3, "c", "error"));
    writeFileSync(path(2, "zshad.log"), said(2, "b", "error"));
    const at = (seconds: number) => Date.parse(`2026-03-01T10:00:0${seconds}Z`);
    const texts = async (more: object) => (await searchNodes(hosts, { ...ask, ...more })).lines.map(({ text }) => text);
    expect(await texts({ levels: ["error"] })).toEqual(["a", "b", "c"]);
    expect(await texts({ levels: ["error"], sinceMs: at(2) })).toEqual(["b", "c"]);
    expect(await texts({ untilMs: at(2) })).toEqual(["a"]);
    expect(await texts({ files: ["other.log"] })).toEqual([]);
  });

  test("with too many lines gives the newest, says there is more, and goes on from there", async () => {
    const many = Array.from(
      { length: 1200 },
      (_, index) => `2026-03-01T10:00:00.${String(index).padStart(4, "0")}Z line ${index}\n`,
    );
    // Three digits are read: ten lines share a millisecond.
    writeFileSync(path(1, "a.log"), many.join(""));
    const first = await searchNodes(hosts, { ...ask, text: "line" });
    expect(first.lines.at(-1)?.text).toContain("line 1199");
    expect(first.nodes["n1"]).toMatchObject({ value: { found: 1200, stopped: "limit" } });
    expect(first.moreBeforeMs).not.toBeNull();
    const next = await searchNodes(hosts, { ...ask, text: "line", untilMs: first.moreBeforeMs });
    expect(next.lines.length).toBeGreaterThan(300);
    expect(Math.max(...next.lines.map(({ ms }) => ms))).toBeLessThan(first.moreBeforeMs ?? 0);
  });

  test("one talkative file does not hide another", async () => {
    writeFileSync(path(1, "loud.log"), said(5, "x").repeat(2000));
    writeFileSync(path(1, "quiet.log"), said(5, "once"));
    utimesSync(path(1, "quiet.log"), new Date(), new Date(statSync(path(1, "loud.log")).mtimeMs - 60_000));
    const found = await searchNodes(hosts, { ...ask, text: "sentence" });
    expect(found.lines.map(({ text }) => text)).toContain("once");
  });

  test("a silent node is unknown in the answer; the others' lines are there", async () => {
    writeFileSync(path(1, "a.log"), said(1, "a"));
    if (hosts[1]) hosts[1].isOff = true;
    const found = await searchNodes(hosts, { ...ask, text: "a" });
    expect(found.nodes["n2"]).toMatchObject({ state: "unknown" });
    expect(found.lines).toHaveLength(1);
  });
});
