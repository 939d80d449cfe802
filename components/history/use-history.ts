"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTRPC } from "@/components/client/trpc";
import { type ChartSpec, wishesOf } from "@/components/history/history-charts";
import { type HistoryRange, historyRanges } from "@/contract/history";

/** Shorter asks for what has hardly moved; longer lets an hour's chart stand still while something happens. */
const shortestRefetchMs = 15_000;
const longestRefetchMs = 300_000;

/** A new point comes once per bucket: asking more often would draw the same picture. */
const refetchMs = (range: HistoryRange): number =>
  Math.min(longestRefetchMs, Math.max(shortestRefetchMs, historyRanges[range].bucketSeconds * 1000));

/** What the charts need, in one question; nothing is asked while the page is in the background. */
export function useHistory(clusterId: string, range: HistoryRange, specs: readonly ChartSpec[]) {
  const of = useMemo(() => wishesOf(specs), [specs]);
  return useQuery({
    ...useTRPC().history.read.queryOptions({ clusterId, range, of }),
    refetchInterval: refetchMs(range),
    placeholderData: keepPreviousData,
  });
}
