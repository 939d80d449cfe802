"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useTRPC } from "@/components/client/trpc";
import { type ChartSpec, wishesOf } from "@/components/history/history-charts";
import { type HistoryRange, historyRanges } from "@/contract/history";

/** Shorter asks for what has hardly moved; longer lets an hour's chart stand still while something happens. */
const shortestRefetchMs = 15_000;
const longestRefetchMs = 300_000;

/** A new point comes once per bucket: asking more often would draw the same picture. */
const refetchMs = (range: HistoryRange): number =>
  Math.min(longestRefetchMs, Math.max(shortestRefetchMs, historyRanges[range].bucketSeconds * 1000));

/**
 * What the charts need, in one question; nothing is asked while the page is in the background. Charts out of sight are kept from
 * growing very old, and brought up to date when they come into it.
 */
export function useHistory(clusterId: string, range: HistoryRange, specs: readonly ChartSpec[], isSeen = true) {
  const of = useMemo(() => wishesOf(specs), [specs]);
  const history = useQuery({
    ...useTRPC().history.read.queryOptions({ clusterId, range, of }),
    refetchInterval: isSeen ? refetchMs(range) : longestRefetchMs,
    placeholderData: keepPreviousData,
  });
  const { refetch, dataUpdatedAt } = history;
  useEffect(() => {
    if (isSeen && dataUpdatedAt > 0 && Date.now() - dataUpdatedAt > refetchMs(range)) void refetch();
  }, [isSeen, dataUpdatedAt, range, refetch]);
  return history;
}
