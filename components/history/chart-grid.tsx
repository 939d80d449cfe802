"use client";

import { type ReactNode, startTransition, useDeferredValue, useEffect, useState } from "react";
import { useTranslations } from "next-intl";
import { ChartPanel } from "@/components/history/chart-panel";
import type { ChartSpec } from "@/components/history/history-charts";
import { useFigureText } from "@/components/history/use-figure-text";
import { useHistory } from "@/components/history/use-history";
import { useHistoryMarks } from "@/components/history/use-history-marks";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Skeleton } from "@/components/ui/skeleton";
import { useIsSeen } from "@/components/ui/use-is-seen";
import type { HistoryRange } from "@/contract/history";

export interface ChartGridProps {
  clusterId: string;
  range: HistoryRange;
  /** Must stay the same array from render to render. */
  specs: readonly ChartSpec[];
  /** Below the lines of the chart with this id. */
  notes?: Readonly<Record<string, ReactNode>>;
}

/** Several charts over the same time, read with one question. */
export function ChartGrid({ clusterId, range, specs, notes = {} }: ChartGridProps) {
  const t = useTranslations("history");
  const errorText = useErrorText();
  const text = useFigureText();
  const [place, isSeen] = useIsSeen<HTMLDivElement>();
  const history = useHistory(clusterId, range, specs, isSeen);
  // Drawn in slices: nothing a person does meanwhile waits for all charts.
  const page = useDeferredValue(history.data);
  const marks = useHistoryMarks(clusterId, page);
  const drawn = useOneMore(page === undefined ? 0 : specs.length);
  if (page === undefined && history.isError)
    return (
      <div ref={place}>
        <Banner tone="unknown" title={errorText(history.error)} />
      </div>
    );
  return (
    <div ref={place} aria-busy={page === undefined ? true : undefined} className="grid gap-4 md:grid-cols-2">
      {page === undefined && <span className="sr-only">{t("reading")}</span>}
      {specs.map((spec, at) =>
        page !== undefined && at < drawn ? (
          <ChartPanel key={spec.id} spec={spec} page={page} range={range} marks={marks} text={text}>
            {notes[spec.id]}
          </ChartPanel>
        ) : (
          <Skeleton key={spec.id} className="h-60" />
        ),
      )}
    </div>
  );
}

/** Counts up to `most`, one with each picture the browser shows: it lays out one chart at a time, and answers in between. */
function useOneMore(most: number): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (count >= most) return undefined;
    const next = setTimeout(() => startTransition(() => setCount(count + 1)));
    return () => clearTimeout(next);
  }, [count, most]);
  return count;
}
