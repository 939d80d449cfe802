import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RemoteHost } from "@/server/ports/remote-host";

/** What every RemoteHost must do, whatever stands behind it. The same cases run against OpenSSH and against the scripted node. */
export interface HostUnderTest {
  host: RemoteHost;
  /** A directory on the node that the suite may fill. */
  directory: string;
  /** Ends the connections of the moment; the node stays. */
  cutConnections(): Promise<void>;
  stop(): Promise<void>;
}

const timeoutMs = 20_000;

export function remoteHostContract(start: () => Promise<HostUnderTest>): void {
  let under: HostUnderTest;
  let local: string;
  let run = 0;
  const unit = (step: string) => ({ run: `r${Date.now()}${(run += 1)}`, step, attempt: 1 });
  beforeAll(async () => {
    under = await start();
    local = await mkdtemp(join(tmpdir(), "trivet-contract-"));
  });
  afterAll(async () => {
    await under?.stop();
    await rm(local, { recursive: true, force: true });
  });

  test("a command's output, error output and exit code come back apart", async () => {
    const result = await under.host.exec(["sh", "-c", "echo out; echo err >&2; exit 3", "contract-speak"], {
      timeoutMs,
    });
    expect(result).toMatchObject({ kind: "exited", code: 3, stdout: "out\n", stderr: "err\n" });
  });

  test("arguments arrive as they are, whatever is in them", async () => {
    const words = ["a b", "$HOME", "`id`", "it's", "", "*", 'dou"ble', "new\nline", "中文"];
    const result = await under.host.exec(["printf", "[%s]", ...words], { timeoutMs });
    expect(result).toMatchObject({ kind: "exited", code: 0, stdout: words.map((word) => `[${word}]`).join("") });
  });

  test("standard input reaches the command and nothing else", async () => {
    const result = await under.host.exec(["cat"], { timeoutMs, stdin: "secret words" });
    expect(result).toMatchObject({ kind: "exited", code: 0, stdout: "secret words" });
  });

  test("a command that takes too long is timed-out, not failed", async () => {
    const result = await under.host.exec(["sleep", "5"], { timeoutMs: 300 });
    expect(result.kind).toBe("timed-out");
    expect(result.seconds).toBeLessThan(2);
  });

  test("a cancelled command says so at once", async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    const result = await under.host.exec(["sleep", "5"], { timeoutMs, signal: abort.signal });
    expect(result.kind).toBe("cancelled");
  });

  test("a cut connection makes the outcome unknown, and the next command works", async () => {
    // Logged in before: a login that is cut short is a node out of reach, and nothing was sent.
    expect(await under.host.exec(["true"], { timeoutMs })).toMatchObject({ kind: "exited", code: 0 });
    const pending = under.host.exec(["sleep", "5"], { timeoutMs });
    await new Promise((resume) => setTimeout(resume, 400));
    await under.cutConnections();
    expect((await pending).kind).toBe("disconnected");
    expect(await under.host.exec(["true"], { timeoutMs })).toMatchObject({ kind: "exited", code: 0 });
  });

  test("forty commands at once all succeed", async () => {
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, i) => under.host.exec(["printf", "%s", String(i)], { timeoutMs })),
    );
    expect(results.map((result) => result.stdout)).toEqual(Array.from({ length: 40 }, (_, i) => String(i)));
  });

  test("a file is written whole, read back, and absent when it is not there", async () => {
    const path = `${under.directory}/deep/er/a file`;
    expect(await under.host.readFile(path)).toBeNull();
    await under.host.writeFile(path, "第一行\nsecond\n", { mode: 0o600 });
    expect(await under.host.readFile(path)).toBe("第一行\nsecond\n");
    await under.host.writeFile(path, "", { mode: 0o644 });
    expect(await under.host.readFile(path)).toBe("");
    expect((await under.host.exec(["stat", "-c", "%a", path], { timeoutMs })).stdout).toBe("644\n");
  });

  test("an upload arrives, is skipped when it is there, and refuses a wrong checksum", async () => {
    const content = randomBytes(3 * 1024 * 1024 + 17);
    const path = join(local, "image");
    await writeFile(path, content);
    const sha256 = createHash("sha256").update(content).digest("hex");
    const target = `${under.directory}/image`;
    const seen: number[] = [];
    await under.host.upload(path, target, { sha256, mode: 0o640, onProgress: (sent) => seen.push(sent) });
    expect(seen.at(-1)).toBe(content.length);
    expect((await under.host.exec(["sha256sum", "--", target], { timeoutMs })).stdout).toContain(sha256);
    seen.length = 0;
    await under.host.upload(path, target, { sha256, mode: 0o640, onProgress: (sent) => seen.push(sent) });
    expect(seen).toEqual([content.length]);
    const packedPath = join(local, "image.gz");
    await writeFile(packedPath, gzipSync(content));
    const unpacked = `${under.directory}/unpacked`;
    await under.host.upload(path, unpacked, { sha256, mode: 0o750, packedPath });
    expect((await under.host.exec(["sha256sum", "--", unpacked], { timeoutMs })).stdout).toContain(sha256);
    expect((await under.host.exec(["stat", "-c", "%a", unpacked], { timeoutMs })).stdout).toBe("750\n");
    const wrong = sha256.replace(/^./, (first) => (first === "0" ? "1" : "0"));
    const refused = under.host.upload(path, `${under.directory}/other`, { sha256: wrong, mode: 0o640 });
    await expect(refused).rejects.toMatchObject({ code: "checksum-mismatch" });
    expect(await under.host.readFile(`${under.directory}/other`)).toBeNull();
    const misled = under.host.upload(path, `${under.directory}/other`, { sha256: wrong, mode: 0o640, packedPath });
    await expect(misled).rejects.toMatchObject({ code: "checksum-mismatch" });
    expect((await under.host.exec(["ls", under.directory], { timeoutMs })).stdout).not.toMatch(/part|whole/);
  });

  test("detached work reports output and exit code, and is never started twice", async () => {
    const id = unit("ensure-once");
    const mark = `${under.directory}/marks`;
    const argv = ["sh", "-c", 'echo begun; echo mark >>"$1"; echo problem >&2; exit 7', "contract-mark", mark];
    const options = { timeoutMs, fence: 1 };
    expect(await under.host.execDetached(id, argv, options)).toMatchObject({
      kind: "exited",
      code: 7,
      stdout: "begun\n",
      stderr: "problem\n",
    });
    expect(await under.host.execDetached(id, argv, options)).toMatchObject({
      kind: "exited",
      code: 7,
      stdout: "begun\n",
    });
    expect(await under.host.readFile(mark)).toBe("mark\n");
  });

  test("detached work survives a cut connection without losing or repeating output", async () => {
    const heard: string[] = [];
    const pending = under.host.execDetached(
      unit("ensure-long"),
      ["sh", "-c", "for i in 1 2 3 4 5 6 7 8; do echo 行$i; sleep 0.3; done", "contract-count"],
      {
        timeoutMs,
        fence: 1,
        onOutput: (_stream, text) => heard.push(text),
      },
    );
    for (const pauseMs of [700, 700]) {
      await new Promise((resume) => setTimeout(resume, pauseMs));
      await under.cutConnections();
    }
    const all = "行1\n行2\n行3\n行4\n行5\n行6\n行7\n行8\n";
    expect(await pending).toMatchObject({ kind: "exited", code: 0, stdout: all });
    expect(heard.join("")).toBe(all);
  });

  test("a secret reaches detached work on standard input", async () => {
    const result = await under.host.execDetached(unit("ensure-secret"), ["cat"], {
      timeoutMs,
      fence: 1,
      stdin: "s3cret",
    });
    expect(result).toMatchObject({ kind: "exited", code: 0, stdout: "s3cret" });
  });

  test("stopping detached work ends it, and whoever waits learns the signal", async () => {
    const id = unit("ensure-endless");
    const pending = under.host.execDetached(id, ["sleep", "60"], { timeoutMs, fence: 1 });
    await new Promise((resume) => setTimeout(resume, 600));
    await under.host.stopDetached(id);
    expect(await pending).toMatchObject({ kind: "signalled", signal: "TERM" });
    await under.host.stopDetached(id);
  });

  test("a fence lower than the highest seen is refused with 90", async () => {
    const options = { timeoutMs };
    await under.host.execDetached(unit("ensure-new"), ["true"], { ...options, fence: 5 });
    const old = await under.host.execDetached(unit("ensure-old"), ["true"], { ...options, fence: 4 });
    expect(old).toMatchObject({ kind: "exited", code: 90 });
    const same = await under.host.execDetached(unit("ensure-same"), ["true"], { ...options, fence: 5 });
    expect(same).toMatchObject({ kind: "exited", code: 0 });
  });
}
