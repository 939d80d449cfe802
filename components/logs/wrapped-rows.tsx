"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect } from "react";
import type { LogRow } from "@/components/logs/log-buffer";
import { LogRowView, type RowWords } from "@/components/logs/log-row";
import { rowHeightPx } from "@/components/logs/row-window";

/** Drawn beyond the visible part. Fewer: white gaps while scrolling fast. */
const overscanRows = 12;

export interface WrappedRowsProps {
  rows: readonly LogRow[];
  scroller: RefObject<HTMLDivElement | null>;
  follows: boolean;
  withDate: boolean;
  words: RowWords;
}

/** Rows as high as their text: each that is seen is measured; a wrong guess of the others only makes the scroll bar jump once. */
export function WrappedRows({ rows, scroller, follows, withDate, words }: WrappedRowsProps) {
  // oxlint-disable-next-line react/incompatible-library -- `list` stays in this component and is not memoized anywhere
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: overscanRows,
  });
  useEffect(() => {
    if (follows && rows.length > 0) list.scrollToIndex(rows.length - 1, { align: "end" });
  }, [follows, rows, list]);
  return (
    <div className="relative min-w-full" style={{ height: list.getTotalSize() }}>
      {list.getVirtualItems().map((item) => {
        const row = rows[item.index];
        if (row === undefined) return null;
        return (
          <div
            key={item.key}
            data-index={item.index}
            ref={list.measureElement}
            className="absolute top-0 left-0 w-full"
            style={{ transform: `translateY(${item.start}px)` }}
          >
            <LogRowView row={row} wraps withDate={withDate} words={words} />
          </div>
        );
      })}
    </div>
  );
}
