"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import type { LogLine } from "@/components/run/log-lines";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { useTimeText } from "@/components/shell/use-time-text";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { CopyButton } from "@/components/ui/copy-button";

/** Height of one line of `text-xs`; a wrong guess only makes the scroll bar jump once. */
const lineHeightPx = 18;
/** Drawn beyond the visible part. Fewer: white gaps while scrolling fast. */
const overscanLines = 20;
/** A person this close to the end wants to follow it. */
const nearEndPx = 24;

const inks: Record<LogLine["stream"], string> = {
  stdout: "text-ink",
  stderr: "text-needs",
  note: "text-muted italic",
  command: "text-accent",
};

/** What the cell's commands print, as they print it. Follows the end until somebody scrolls up. */
export function RunLog({ lines, label }: { lines: readonly LogLine[]; label: string }) {
  const t = useTranslations("run.log");
  const { all } = useCopyLabels();
  const { absolute } = useTimeText();
  const scroller = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);
  // oxlint-disable-next-line react/incompatible-library -- `rows` stays in this component and is not memoized anywhere
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeightPx,
    overscan: overscanLines,
  });

  useEffect(() => {
    if (follows && lines.length > 0) rows.scrollToIndex(lines.length - 1, { align: "end" });
  }, [follows, lines, rows]);

  const onScroll = (): void => {
    const box = scroller.current;
    if (box !== null) setFollows(box.scrollHeight - box.scrollTop - box.clientHeight < nearEndPx);
  };

  return (
    <figure className="overflow-hidden rounded-md border border-line bg-sunken">
      <figcaption className="flex items-center justify-between gap-3 border-b border-line py-0.5 pr-1 pl-3">
        <span className="text-xs text-muted">{t("title", { count: lines.length })}</span>
        <span className="flex items-center gap-1">
          {!follows && (
            <Button variant="quiet" size="sm" onClick={() => setFollows(true)}>
              {t("follow")}
            </Button>
          )}
          <CopyButton text={lines.map(({ text }) => text).join("\n")} labels={all} />
        </span>
      </figcaption>
      {/* Not a live region: a talking build log would drown the state changes, which are announced elsewhere. */}
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- keyboards scroll it only when it takes focus
        tabIndex={0}
        onScroll={onScroll}
        className="h-80 overflow-auto font-mono text-xs -outline-offset-2"
      >
        {lines.length === 0 ? (
          <p className="px-3 py-2 font-sans text-muted">{t("nothing")}</p>
        ) : (
          <div className="relative w-max min-w-full" style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map((item) => {
              const line = lines[item.index];
              if (line === undefined) return null;
              return (
                <div
                  key={item.key}
                  title={absolute(line.at)}
                  className={cn("absolute top-0 left-0 px-3 leading-4.5 whitespace-pre", inks[line.stream])}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  {line.text === "" ? " " : line.text}
                </div>
              );
            })}
          </div>
        )}
      </div>
    </figure>
  );
}
