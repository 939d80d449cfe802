import { z } from "zod";
import type { LogFile } from "@/contract/log-folder";
import { logFamily } from "@/contract/log-line";
import { isPacked } from "@/server/logs/listing";

/**
 * How far a node's files have been read, by inode: a file that is rotated keeps its inode, so its rest is read under its new name and
 * nothing falls between. A byte count means the same after a restart of the panel or a lost stream.
 */
export const logPositionSchema = z.object({
  /** Files not named here and last written before this (node's clock, ms) are read to their end. */
  since: z.number(),
  read: z.array(z.tuple([z.string(), z.number()])),
});
export type LogPosition = z.infer<typeof logPositionSchema>;

export interface WantedRead {
  readonly name: string;
  readonly inode: string;
  readonly from: number;
  /** `from` is somewhere in a line: what comes up to the first line end belongs to what is not wanted. */
  readonly midLine: boolean;
}

export interface ReadPlan {
  readonly wants: readonly WantedRead[];
  readonly skipped: readonly { file: string; bytes: number }[];
  readonly position: LogPosition;
}

/** Shown of each file when somebody begins to look: about two hundred lines. */
const firstBytes = 48 * 1024;
/** Further behind than this nobody catches up by reading: what lies between is passed over, and said. */
export const behindBytesMax = 2 * 1024 * 1024;
/** Where reading goes on after that. */
const resumeBytes = 128 * 1024;
/** Files in one answer; the others come next. With the bytes of each it bounds the answer well below what a command's output may be. */
const filesPerRead = 8;
/** A clock of whole seconds and a write in the same one as the look before. */
const clockGrainMs = 2_000;

export function planReads(files: readonly LogFile[], position: LogPosition | null): ReadPlan {
  const known = new Map(position?.read);
  const since = Math.max(position?.since ?? 0, ...files.map(({ changedAtMs }) => changedAtMs - clockGrainMs));
  const skipped: { file: string; bytes: number }[] = [];
  const wants: WantedRead[] = [];
  const read: [string, number][] = [];
  const byAge = files.filter((file) => !isPacked(file)).toSorted((a, b) => a.changedAtMs - b.changedAtMs);
  for (const file of byAge) {
    const begin = beginOf(file, known.get(file.inode), position);
    if (begin === null) continue;
    // A rotated file that was read to its end is known by its age from now on, so that positions stay short.
    if (begin < file.bytes || isCurrent(file) || file.changedAtMs > since) read.push([file.inode, begin]);
    if (begin >= file.bytes || wants.length >= filesPerRead) continue;
    const isTooFarBehind = position !== null && file.bytes - begin > behindBytesMax;
    const from = isTooFarBehind ? file.bytes - resumeBytes : begin;
    if (isTooFarBehind) skipped.push({ file: file.name, bytes: from - begin });
    const midLine = isTooFarBehind || (position === null && from > 0);
    wants.push({ name: file.name, inode: file.inode, from, midLine });
  }
  return { wants, skipped, position: { since, read } };
}

/** Not rotated: what is written to now, or was when there was last something to write. */
const isCurrent = ({ name }: LogFile): boolean => logFamily(name) === name;

function beginOf(file: LogFile, readTo: number | undefined, position: LogPosition | null): number | null {
  // Emptied in place (copytruncate) and written anew.
  if (readTo !== undefined) return readTo > file.bytes ? 0 : readTo;
  if (position !== null) return file.changedAtMs > position.since ? 0 : null;
  return isCurrent(file) ? Math.max(0, file.bytes - firstBytes) : file.bytes;
}

/** After the answer: how far each file has been read now. */
export const advanced = (position: LogPosition, readTo: ReadonlyMap<string, number>): LogPosition => ({
  ...position,
  read: position.read.map(([inode, at]) => [inode, readTo.get(inode) ?? at]),
});
