import { randomUUID } from "node:crypto";
import { AppError } from "@/contract/errors";
import { suitePaths } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import { shellFile } from "@/lib/shell-file";
import { type Listing, parseListing } from "@/server/logs/listing";
import type { WantedRead } from "@/server/logs/plan-reads";
import { type CommandResult, exitedZero, howEnded, type RemoteHost } from "@/server/ports/remote-host";

/** Shorter calls a node busy with recovery unknown; longer leaves its lines out of the picture without a word. */
const listTimeoutMs = 8_000;
const readTimeoutMs = 15_000;
/** Of each file in one answer: 1,000 lines a second of 300 bytes need two answers a second. */
export const pieceBytes = 160 * 1024;
/** Beyond the search's own bound: login, and the answer's way back. */
const searchGraceMs = 12_000;
const noFolder = 44;

const folder = suitePaths.logDirectory;

const script = (name: string, args: readonly string[]): string[] => [
  "sh",
  "-c",
  shellFile(`server/logs/${name}.sh`),
  name,
  folder,
  ...args,
];

export async function listLogs(host: RemoteHost, signal?: AbortSignal): Promise<Listing> {
  const sentMs = performance.timeOrigin + performance.now();
  const result = await host.exec(script("list-logs", []), bounds(listTimeoutMs, signal));
  const backMs = performance.timeOrigin + performance.now();
  const isMissing = result.kind === "exited" && result.code === noFolder;
  if (!exitedZero(result) && !isMissing) throw unread(host.node, result);
  const listing = parseListing(result.stdout, { sentMs, backMs }, !isMissing);
  if (listing === null) throw unread(host.node, result);
  return listing;
}

/** What a file had to give. */
export interface Piece {
  readonly want: WantedRead;
  /** Byte after the last one read. */
  readonly readTo: number;
  readonly text: string;
}

export async function readLogs(host: RemoteHost, wants: readonly WantedRead[], signal?: AbortSignal): Promise<Piece[]> {
  const mark = randomUUID();
  const args = wants.flatMap(({ name, inode, from }) => [name, inode, String(from)]);
  const argv = script("read-logs", [mark, String(pieceBytes), ...args]);
  const result = await host.exec(argv, bounds(readTimeoutMs, signal));
  if (!exitedZero(result)) throw unread(host.node, result);
  return framesOf(result.stdout, mark).flatMap(({ head, body }) => {
    const [, inode, from, length] = /^(\d+) (\d+) (\d+) /.exec(head) ?? [];
    const want = wants.find((each) => each.inode === inode && String(each.from) === from);
    return want === undefined ? [] : [{ want, readTo: want.from + Number(length), text: body }];
  });
}

export interface NodeSearchOrder {
  readonly seconds: number;
  readonly lines: number;
  /** ISO without the Z, by the node's clock; empty: any. */
  readonly since: string;
  readonly until: string;
  readonly levels: string;
  readonly text: string;
  /** In the order they are searched. */
  readonly files: readonly string[];
}

export interface NodeFindings {
  readonly files: readonly { name: string; changedAtMs: number; found: number; lines: readonly string[] }[];
  readonly stopped: "time" | "limit" | null;
}

export async function searchLogs(
  host: RemoteHost,
  order: NodeSearchOrder,
  signal?: AbortSignal,
): Promise<NodeFindings> {
  const mark = randomUUID();
  const { seconds, lines, since, until, levels, text, files } = order;
  const args = [mark, String(seconds), String(lines), since, until, levels, text, ...files];
  const result = await host.exec(script("search-logs", args), bounds(seconds * 1000 + searchGraceMs, signal));
  if (!exitedZero(result)) throw unread(host.node, result);
  const frames = framesOf(result.stdout, mark);
  const stopped = frames.map(({ head }) => /^stopped (time|limit) /.exec(head)?.[1]).find((why) => why !== undefined);
  return {
    files: frames.flatMap(({ head, body }) => {
      const [, changed, name] = /^file (\d+) (.+)$/.exec(head) ?? [];
      if (changed === undefined || name === undefined) return [];
      const [found = "0", ...rest] = body.trimEnd().split("\n");
      return [{ name, changedAtMs: Number(changed) * 1000, found: Number(found), lines: rest }];
    }),
    stopped: stopped === "time" || stopped === "limit" ? stopped : null,
  };
}

/** argv that writes one file, packed and as base64. */
export const sendLogArgv = (file: string, plainBytesMax: number): string[] =>
  script("send-log", [file, String(plainBytesMax)]);

const bounds = (timeoutMs: number, signal: AbortSignal | undefined) => ({
  timeoutMs,
  ...(signal === undefined ? {} : { signal }),
});

/** The mark is new for each call, so no line of a log can look like a head. */
export function framesOf(output: string, mark: string): { head: string; body: string }[] {
  return output
    .split(`\n${mark} `)
    .slice(1)
    .map((frame) => {
      const end = frame.indexOf("\n");
      return end === -1 ? { head: frame, body: "" } : { head: frame.slice(0, end), body: frame.slice(end + 1) };
    });
}

function unread(node: string, result: CommandResult): AppError {
  const stderr = result.stderr.trim().split("\n").at(-1) ?? "";
  return new AppError("command-failed", say("logs-unread", { node, folder, how: howEnded(result) }), {
    facts: { node, path: folder, kind: result.kind, stderr },
  });
}
