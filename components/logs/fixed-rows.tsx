"use client";

import type { LogRow } from "@/components/logs/log-buffer";
import { LogRowView, type RowWords } from "@/components/logs/log-row";
import { rowHeightPx } from "@/components/logs/row-window";

export interface FixedRowsProps {
  rows: readonly LogRow[];
  /** Rows in the page: from, and how many. */
  first: number;
  count: number;
  withDate: boolean;
  words: RowWords;
}

/**
 * Rows of one height: where each stands follows from its number, so a batch of a thousand measures nothing. Keyed by place, not by row:
 * while following, the same few elements get new text, and nothing is made or thrown away.
 */
export function FixedRows({ rows, first, count, withDate, words }: FixedRowsProps) {
  return (
    <div className="relative min-w-full" style={{ height: rows.length * rowHeightPx }}>
      <div className="absolute left-0 min-w-full w-max" style={{ top: first * rowHeightPx }}>
        {rows.slice(first, first + count).map((row, place) => (
          // oxlint-disable-next-line react/no-array-index-key -- see above
          <LogRowView key={place} row={row} wraps={false} withDate={withDate} words={words} />
        ))}
      </div>
    </div>
  );
}
