import { z } from "zod";
import { logFamily } from "@/contract/log-line";
import { observedSchema } from "@/contract/observed-schema";

export const logFileSchema = z.object({
  name: z.string(),
  inode: z.string(),
  bytes: z.number(),
  /** Of the last write. */
  changedAtMs: z.number(),
  /** Null where the file system does not keep it. */
  bornAtMs: z.number().nullable(),
});
export type LogFile = z.infer<typeof logFileSchema>;

export const logFolderSchema = z.object({
  files: z.array(logFileSchema),
  /** Of the file system the folder lies on. */
  diskBytes: z.number().nullable(),
  freeBytes: z.number().nullable(),
  hasFolder: z.boolean(),
  clockOffsetMs: z.number(),
  clockUncertaintyMs: z.number(),
});
export type LogFolder = z.infer<typeof logFolderSchema>;

export const logFoldersSchema = z.record(z.string(), observedSchema(logFolderSchema));

export interface LogForecast {
  readonly bytes: number;
  /** Null: the files do not reach back far enough to say. */
  readonly bytesPerDay: number | null;
  readonly bytesPerYear: number | null;
  /** Until the file system is full if nothing is ever removed and nothing else writes to it; null: not to be told. */
  readonly daysUntilFull: number | null;
}

const dayMs = 86_400_000;
/** Less history says nothing about a day: a restart alone writes more than a quiet hour. */
const leastHistoryMs = dayMs / 4;
/** What was written longer ago says little about tomorrow. */
const windowMs = 14 * dayMs;

/**
 * How fast the folder grows, from what lies in it: each family of rotated files was written between the birth (or the end of the file
 * before) of its oldest file and now. Packed files count as they lie on the disk.
 */
export function forecastLogs(folder: Pick<LogFolder, "files" | "freeBytes">, nowMs: number): LogForecast {
  const families = Map.groupBy(folder.files, ({ name }) => logFamily(name));
  const rates = [...families.values()].map((files) => bytesPerDayOf(files, nowMs));
  const bytes = folder.files.reduce((sum, file) => sum + file.bytes, 0);
  const told = rates.filter((rate) => rate !== null);
  if (told.length === 0) return { bytes, bytesPerDay: null, bytesPerYear: null, daysUntilFull: null };
  const bytesPerDay = told.reduce((sum, rate) => sum + rate, 0);
  return {
    bytes,
    bytesPerDay,
    bytesPerYear: bytesPerDay * 365,
    daysUntilFull: folder.freeBytes === null || bytesPerDay === 0 ? null : folder.freeBytes / bytesPerDay,
  };
}

function bytesPerDayOf(files: readonly LogFile[], nowMs: number): number | null {
  const byAge = files.toSorted((a, b) => a.changedAtMs - b.changedAtMs);
  let bytes = 0;
  let startMs: number | null = null;
  for (const [index, file] of byAge.entries()) {
    const beganMs = byAge[index - 1]?.changedAtMs ?? file.bornAtMs;
    if (beganMs === null || nowMs - beganMs > windowMs) continue;
    startMs ??= beganMs;
    bytes += file.bytes;
  }
  if (startMs === null) return byAge.every((file) => nowMs - file.changedAtMs > windowMs) ? 0 : null;
  const spanMs = nowMs - startMs;
  return spanMs < leastHistoryMs ? null : (bytes / spanMs) * dayMs;
}
