"use client";

import { useTranslations } from "next-intl";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { FixedRows } from "@/components/logs/fixed-rows";
import type { LogRow } from "@/components/logs/log-buffer";
import { useRowWords } from "@/components/logs/log-row";
import { windowAt, windowAtEnd } from "@/components/logs/row-window";
import { WrappedRows } from "@/components/logs/wrapped-rows";
import { Button } from "@/components/ui/button";

/** Until the list has been laid out. */
const guessedHeightPx = 600;
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
  const words = useRowWords();
  const [heightPx, setHeightPx] = useState(guessedHeightPx);
  const [place, setPlace] = useState(() => windowAt(0, guessedHeightPx));
  useEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const size = new ResizeObserver(() => {
      setHeightPx(box.clientHeight);
      setPlace(windowAt(box.scrollTop, box.clientHeight));
    });
    size.observe(box);
    return () => size.disconnect();
  }, []);
  const inPage = follows ? windowAtEnd(shown.length, heightPx) : place;
  // Before it is painted: the new rows and the place they are seen at are one picture.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (follows && !wraps && box !== null) box.scrollTop = box.scrollHeight;
  }, [follows, wraps, shown, heightPx]);

  const lastTop = useRef(0);
  const onScroll = (): void => {
    const box = scroller.current;
    if (box === null) return;
    const isNearEnd = box.scrollHeight - box.scrollTop - box.clientHeight < nearEndPx;
    // Following only ever scrolls down: up is the reader.
    const isUp = box.scrollTop < lastTop.current;
    lastTop.current = box.scrollTop;
    // The list's own scrolling while it follows draws nothing a second time.
    if (follows && (isNearEnd || !isUp)) return;
    const next = windowAt(box.scrollTop, box.clientHeight);
    setPlace((before) => (before.first === next.first && before.count === next.count ? before : next));
    if (!live) return;
    if (held === null) setHeld({ rows, passed });
    else if (isNearEnd) setHeld(null);
  };

  const first = shown[0];
  const last = shown.at(-1);
  const withDate = first !== undefined && last !== undefined && last.ms - first.ms > dayMs / 2;
  const drawn = wraps ? (
    <WrappedRows rows={shown} scroller={scroller} follows={follows} withDate={withDate} words={words} />
  ) : (
    <FixedRows rows={shown} first={inPage.first} count={inPage.count} withDate={withDate} words={words} />
  );
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
        {shown.length === 0 ? <p className="px-3 py-2 font-sans text-sm text-muted">{empty}</p> : drawn}
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
