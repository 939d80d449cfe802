import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { shellQuote } from "@/lib/shell-quote";
import type { NodeConnections } from "@/server/adapters/ssh/connections";
import { openExecChannel } from "@/server/adapters/ssh/exec-command";
import { type Exec, expectZero } from "@/server/adapters/ssh/files";
import { shellFile } from "@/lib/shell-file";
import type { CommandResult, RemoteHost } from "@/server/ports/remote-host";

/** Hashing 100 GB at 100 MB/s takes 17 minutes; a node slower than half of that has a broken disk. */
const hashTimeoutMs = 40 * 60_000;
const channelTimeoutMs = 30_000;
/** One read of the local file. Smaller costs a system call per SSH packet, larger only memory. */
const readChunkBytes = 1024 * 1024;
/** No byte accepted for this long ends the attempt; a node flushing its page cache pauses for seconds. */
const stallTimeoutMs = 60_000;
const checksumMismatch = 3;

export type UploadOptions = Parameters<RemoteHost["upload"]>[2];

/** Sends a file on one channel into PATH.part-HASH, checks it there and moves it into place. Called again, it continues the part. */
export async function uploadFile(
  connections: NodeConnections,
  exec: Exec,
  localPath: string,
  remotePath: string,
  options: UploadOptions,
): Promise<void> {
  const { node } = connections.target;
  const bytes = (await stat(localPath)).size;
  if (await alreadyThere(exec, remotePath, options.sha256, bytes)) {
    options.onProgress?.(bytes, bytes);
    return;
  }
  const { packedPath = null } = options;
  const part = `${remotePath}.part-${options.sha256.slice(0, 12)}${packedPath === null ? "" : ".gz"}`;
  const sent = packedPath ?? localPath;
  const total = packedPath === null ? bytes : (await stat(/* turbopackIgnore: true */ packedPath)).size;
  const offset = await arrivedBytes(exec, part, total);
  await sendFrom(connections, sent, part, { offset, total }, options);
  const mode = options.mode.toString(8);
  const script = shellFile("server/adapters/ssh/finish-upload.sh");
  const kind = packedPath === null ? "plain" : "packed";
  const finished = await exec(["sh", "-c", script, "finish-upload", part, remotePath, options.sha256, mode, kind], {
    timeoutMs: hashTimeoutMs,
  });
  if (finished.kind === "exited" && finished.code === checksumMismatch)
    throw new AppError("checksum-mismatch", say("transfer-differs", { node, path: remotePath }), {
      facts: { node, path: remotePath, expected: options.sha256, found: finished.stdout.trim() },
      advice: say("transfer-again"),
    });
  expectZero(node, say("file-placing", { path: remotePath }), finished);
}

async function alreadyThere(exec: Exec, path: string, sha256: string, total: number): Promise<boolean> {
  // The size first: hashing gigabytes of some other file only to learn that it differs is time lost.
  const script = `[ -f "$1" ] && [ "$(stat -c %s -- "$1")" -eq "$2" ] && sha256sum -- "$1"`;
  const result = await exec(["sh", "-c", script, "hash-file", path, String(total)], { timeoutMs: hashTimeoutMs });
  return result.kind === "exited" && result.code === 0 && result.stdout.startsWith(`${sha256} `);
}

async function arrivedBytes(exec: Exec, part: string, total: number): Promise<number> {
  const result = await exec(["stat", "-c", "%s", "--", part], { timeoutMs: channelTimeoutMs });
  const size = result.kind === "exited" && result.code === 0 ? Number(result.stdout.trim()) : 0;
  return Number.isSafeInteger(size) && size <= total ? size : 0;
}

async function sendFrom(
  connections: NodeConnections,
  localPath: string,
  part: string,
  range: { offset: number; total: number },
  options: UploadOptions,
): Promise<void> {
  const { node } = connections.target;
  options.signal?.throwIfAborted();
  const script = shellFile("server/adapters/ssh/append-upload.sh");
  const command = shellQuote(["sh", "-c", script, "append-upload", part, String(range.offset)]);
  const { loan, channel: running } = await openExecChannel(connections, command, channelTimeoutMs);
  if (running === "outcome-unknown") {
    loan.release("abandon");
    throw interrupted(node, range.offset, range.total, null);
  }
  const channel = running.stream;
  let sent = range.offset;
  let complaint = "";
  const stall = new AbortController();
  const stallTimer = setTimeout(
    () => stall.abort(new Error(`nothing was accepted for ${stallTimeoutMs / 1000} s`)),
    stallTimeoutMs,
  );
  const count = new Transform({
    transform(chunk: Buffer, _encoding, pass) {
      sent += chunk.length;
      stallTimer.refresh();
      options.onProgress?.(sent, range.total);
      pass(null, chunk);
    },
  });
  channel.on("data", () => {});
  channel.stderr.on("data", (data: Buffer) => {
    complaint = (complaint + data.toString()).slice(-500);
  });
  const closed = new Promise<void>((resolve) => {
    channel.once("close", resolve);
    loan.client.once("close", () => resolve());
  });
  const signal = options.signal ? AbortSignal.any([options.signal, stall.signal]) : stall.signal;
  try {
    const file = createReadStream(localPath, { start: range.offset, highWaterMark: readChunkBytes });
    const sending = pipeline(file, count, channel, { signal });
    sending.catch(() => {});
    // A remote `cat` that ends early (disk full) closes the channel without failing our writes.
    await Promise.race([sending, closed]);
    await closed;
  } catch (error) {
    channel.close();
    loan.release("abandon");
    options.signal?.throwIfAborted();
    throw interrupted(node, sent, range.total, error);
  } finally {
    clearTimeout(stallTimer);
  }
  const exit = running.exit();
  loan.release(exit === null ? "abandon" : "reusable");
  if (exit === null) throw interrupted(node, sent, range.total, null);
  const result: CommandResult =
    "code" in exit
      ? { kind: "exited", ...exit, stdout: "", stderr: complaint, seconds: 0 }
      : { kind: "signalled", ...exit, stdout: "", stderr: complaint, seconds: 0 };
  expectZero(node, say("file-receiving", { path: part }), result);
}

function interrupted(node: string, sent: number, total: number, cause: unknown): AppError {
  return new AppError("node-unreachable", say("transfer-interrupted", { node, sent, total }), {
    facts: { node, sent, total },
    advice: say("transfer-continues"),
    cause,
  });
}
