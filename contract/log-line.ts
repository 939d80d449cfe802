import { z } from "zod";
import { observedSchema } from "@/contract/observed-schema";

/** How grave a line calls itself. `plain`: it does not say. */
export const logLevels = ["error", "warning", "info", "debug", "plain"] as const;
export const logLevelSchema = z.enum(logLevels);
export type LogLevel = z.infer<typeof logLevelSchema>;

export const logLineSchema = z.object({
  node: z.string(),
  file: z.string(),
  /** The stamp on the line as UTC, by its node's clock; null when the line has none. */
  at: z.string().nullable(),
  /** Its place among the lines of all nodes: milliseconds by the panel's clock. Without a stamp: that of the line before it. */
  ms: z.number(),
  level: logLevelSchema,
  text: z.string(),
  /** The remaining facts of a JSON line, as "name=value"; empty for others. */
  facts: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** Bytes of one file that were passed over because its lines came faster than they could be shown. Searching still finds them. */
export const skippedSchema = z.object({ node: z.string(), file: z.string(), bytes: z.number() });
export type Skipped = z.infer<typeof skippedSchema>;

export const nodeReadingSchema = z.object({
  /** Node's clock minus the panel's, and how far that may be off. */
  clockOffsetMs: z.number(),
  clockUncertaintyMs: z.number(),
  /** False: there is no log folder on this node. */
  hasFolder: z.boolean(),
});
export type NodeReading = z.infer<typeof nodeReadingSchema>;

export const logBatchSchema = z.object({
  lines: z.array(logLineSchema),
  skipped: z.array(skippedSchema),
  /** Every node that is followed: read at this time, or unknown and why. */
  nodes: z.record(z.string(), observedSchema(nodeReadingSchema)),
});
export type LogBatch = z.infer<typeof logBatchSchema>;

export interface LogFilter {
  /** Null: all. */
  readonly nodes: ReadonlySet<string> | null;
  readonly files: ReadonlySet<string> | null;
  readonly levels: ReadonlySet<LogLevel> | null;
  readonly text: string;
}

export const everything: LogFilter = { nodes: null, files: null, levels: null, text: "" };

/** zshad-2026-11-21.log, zshad-2026-11-21T140207.log, messages.3 and either's .gz belong to zshad.log and messages. */
export const logFamily = (file: string): string =>
  file
    .replace(/\.(gz|xz|bz2|zst)$/, "")
    .replace(/\.\d+$/, "")
    .replace(/-\d{4}-?\d{2}-?\d{2}(T\d{6})?(?=(\.\w+)?$)/, "");

export function passes(line: Omit<LogLine, "at" | "ms">, { nodes, files, levels, text }: LogFilter): boolean {
  if (nodes !== null && !nodes.has(line.node)) return false;
  if (files !== null && !files.has(logFamily(line.file))) return false;
  if (levels !== null && !levels.has(line.level)) return false;
  if (text === "") return true;
  const wanted = text.toLowerCase();
  return line.text.toLowerCase().includes(wanted) || line.facts.toLowerCase().includes(wanted);
}

/**
 * Two lists in order of time as one. What is late goes where it belongs; at the same moment the earlier list comes first, so the order
 * inside a file never changes.
 */
export function mergeByTime<Row extends { readonly ms: number }>(
  earlier: readonly Row[],
  later: readonly Row[],
): readonly Row[] {
  const [first] = later;
  if (first === undefined) return earlier;
  const last = earlier.at(-1);
  if (last === undefined || last.ms <= first.ms) return [...earlier, ...later];
  // Late lines are late by seconds: only the end is taken apart.
  let from = earlier.length;
  while (from > 0 && (earlier[from - 1]?.ms ?? 0) > first.ms) from -= 1;
  const merged = [...earlier.slice(from), ...later].toSorted((a, b) => a.ms - b.ms);
  return [...earlier.slice(0, from), ...merged];
}
