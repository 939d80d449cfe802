import { type LogBatch, type LogFilter, type LogLine, logFamily, mergeByTime, passes } from "@/contract/log-line";

/** Where lines were passed over. */
export interface SkipRow {
  readonly node: string;
  readonly file: string;
  readonly ms: number;
  readonly skippedBytes: number;
}
export type LogRow = LogLine | SkipRow;
export const isSkip = (row: LogRow): row is SkipRow => "skippedBytes" in row;

export interface LogBuffer {
  /** The newest of everything, to look through when the filter changes. */
  readonly all: readonly LogRow[];
  /** The newest that pass the filter: rare ones are not pushed out by frequent ones. */
  readonly shown: readonly LogRow[];
  /** Rows that passed since the beginning. */
  readonly passed: number;
  /** Rows that passed and are no longer kept. */
  readonly letGo: number;
  readonly families: ReadonlySet<string>;
}

/** Twenty seconds at a thousand lines a second. More costs the tab memory for what nobody scrolls to; the search has it all. */
export const rowsKept = 20_000;

export const emptyBuffer: LogBuffer = { all: [], shown: [], passed: 0, letGo: 0, families: new Set() };

export function rowPasses(row: LogRow, filter: LogFilter): boolean {
  if (!isSkip(row)) return passes(row, filter);
  // What was passed over may hold any text of any level.
  return (filter.nodes?.has(row.node) ?? true) && (filter.files?.has(logFamily(row.file)) ?? true);
}

export function takeBatch(buffer: LogBuffer, batch: Pick<LogBatch, "lines" | "skipped">, filter: LogFilter): LogBuffer {
  if (batch.lines.length === 0 && batch.skipped.length === 0) return buffer;
  const rows = rowsOf(batch, buffer.all.at(-1)?.ms ?? 0);
  const fresh = rows.filter((row) => rowPasses(row, filter));
  const shown = mergeByTime(buffer.shown, fresh);
  const known = rows.every(({ file }) => buffer.families.has(logFamily(file)));
  return {
    all: mergeByTime(buffer.all, rows).slice(-rowsKept),
    shown: fresh.length === 0 ? buffer.shown : shown.slice(-rowsKept),
    passed: buffer.passed + fresh.length,
    letGo: buffer.letGo + Math.max(0, shown.length - rowsKept),
    families: known ? buffer.families : new Set([...buffer.families, ...rows.map(({ file }) => logFamily(file))]),
  };
}

export function withFilter(buffer: LogBuffer, filter: LogFilter): LogBuffer {
  const shown = buffer.all.filter((row) => rowPasses(row, filter));
  return { ...buffer, shown, passed: shown.length, letGo: 0 };
}

/** A gap stands before the first line that came after it. */
function rowsOf({ lines, skipped }: Pick<LogBatch, "lines" | "skipped">, lastMs: number): readonly LogRow[] {
  if (skipped.length === 0) return lines;
  const gaps = skipped.map(({ node, file, bytes }): SkipRow => {
    const next = lines.find((line) => line.node === node && line.file === file);
    return { node, file, skippedBytes: bytes, ms: next?.ms ?? lines[0]?.ms ?? lastMs };
  });
  return mergeByTime<LogRow>(
    gaps.toSorted((a, b) => a.ms - b.ms),
    lines,
  );
}

/** One line a row, tabs between: what a spreadsheet, `sort` and `grep` take. */
export const asText = (rows: readonly LogRow[], gap: (row: SkipRow) => string): string =>
  rows
    .map((row) => {
      const stamp = isSkip(row) ? null : row.at;
      const head = [stamp ?? `~${new Date(row.ms).toISOString()}`, row.node, row.file];
      return [...head, ...(isSkip(row) ? ["", gap(row)] : [row.level, row.text, row.facts])].join("\t").trimEnd();
    })
    .join("\n")
    .concat("\n");
