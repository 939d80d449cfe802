"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import type { LogRow } from "@/components/logs/log-buffer";
import { LogRowView } from "@/components/logs/log-row";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";

/** One line of `text-xs`. Wrapped lines are measured; a wrong guess then only makes the scroll bar jump once. */
const rowHeightPx = 18;
/** Drawn beyond the visible part. Fewer: white gaps while scrolling fast. */
const overscanRows = 12;
/** A person this close to the end wants to follow it. */
const nearEndPx = 24;
const dayMs = 86_400_000;

export interface LogListProps {
  rows: readonly LogRow[];
  /** Counts every row that ever was in `rows`: tells how many came while the list stood still. */
  passed: number;
  /** New rows are to be expected: the list keeps to the end until somebody scrolls up. */
  live: boolean;
  wraps: boolean;
  empty: string;
}

/**
 * Only what is seen is in the page. While somebody reads further up, the list stands still, however much arrives: rows that are let go
 * at the top would otherwise move the line under their eyes.
 */
export function LogList({ rows, passed, live, wraps, empty }: LogListProps) {
  const t = useTranslations("logs");
  const scroller = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState<{ rows: readonly LogRow[]; passed: number } | null>(null);
  const shown = live && held !== null ? held.rows : rows;
  const follows = live && held === null;
  // oxlint-disable-next-line react/incompatible-library -- `list` stays in this component and is not memoized anywhere
  const list = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: overscanRows,
  });
  useEffect(() => {
    if (follows && shown.length > 0) list.scrollToIndex(shown.length - 1, { align: "end" });
  }, [follows, shown, list]);

  const lastTop = useRef(0);
  const onScroll = (): void => {
    const box = scroller.current;
    if (box === null || !live) return;
    const isNearEnd = box.scrollHeight - box.scrollTop - box.clientHeight < nearEndPx;
    // Following only ever scrolls down: up is the reader.
    const isUp = box.scrollTop < lastTop.current;
    lastTop.current = box.scrollTop;
    if (isNearEnd && held !== null) setHeld(null);
    if (!isNearEnd && isUp && held === null) setHeld({ rows, passed });
  };

  const first = shown[0];
  const last = shown.at(-1);
  const withDate = first !== undefined && last !== undefined && last.ms - first.ms > dayMs / 2;
  return (
    <div className="relative min-h-0 flex-1">
      {/* Not a live region: a thousand lines a second would drown everything else. */}
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={t("list")}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- keyboards scroll it only when it takes focus
        tabIndex={0}
        onScroll={onScroll}
        className="h-full overflow-auto [overflow-anchor:none] bg-sunken font-mono text-xs leading-4.5 -outline-offset-2"
      >
        {shown.length === 0 ? (
          <p className="px-3 py-2 font-sans text-sm text-muted">{empty}</p>
        ) : (
          <div className={cn("relative min-w-full", !wraps && "w-max")} style={{ height: list.getTotalSize() }}>
            {list.getVirtualItems().map((item) => {
              const row = shown[item.index];
              if (row === undefined) return null;
              return (
                <div
                  key={item.key}
                  data-index={item.index}
                  ref={wraps ? list.measureElement : undefined}
                  className={cn("absolute top-0 left-0", wraps ? "w-full" : "min-w-full")}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <LogRowView row={row} wraps={wraps} withDate={withDate} />
                </div>
              );
            })}
          </div>
        )}
      </div>
      {live && held !== null && (
        <Button
          variant="primary"
          size="sm"
          className="absolute right-5 bottom-4 shadow-pop"
          onClick={() => setHeld(null)}
        >
          {t("followAgain", { count: passed - held.passed })}
        </Button>
      )}
    </div>
  );
}
