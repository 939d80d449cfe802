"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTRPC } from "@/components/client/trpc";
import { useEventWords } from "@/components/event/use-event-words";
import type { ChartMark } from "@/components/ui/time-chart";
import type { EventGroup, EventKind } from "@/contract/event-kinds";
import type { HistoryPage } from "@/contract/history";

export type HistoryMark = ChartMark;

/** What may explain a bend in a line. */
const groups: EventGroup[] = ["management-vm", "failover", "node", "run"];
/** The end of a run is told by its own page; its begin is enough of a mark. */
const unmarked: readonly EventKind[] = ["run-succeeded", "run-ended"];
/** More would hide the lines. */
const marksMost = 60;
const refetchMs = 60_000;

/** What happened in the charts' time, newest first. */
export function useHistoryMarks(clusterId: string, page: HistoryPage | undefined): readonly HistoryMark[] {
  const say = useEventWords();
  const from = page?.from ?? 0;
  const filter = { clusterId, groups, severities: null, nodes: null, sinceMs: from * 1000, untilMs: null };
  const events = useQuery(
    useTRPC().event.list.queryOptions(
      { filter, limit: marksMost },
      { enabled: page !== undefined, refetchInterval: refetchMs, placeholderData: (before) => before },
    ),
  );
  const list = events.data?.events;
  return useMemo(
    () =>
      (list ?? [])
        .map((event) => ({ event, seconds: Date.parse(event.beganAt) / 1000 }))
        .filter(({ event, seconds }) => seconds >= from && !unmarked.includes(event.kind))
        .map(({ event, seconds }) => ({ key: String(event.id), seconds, label: say(event).title })),
    // `say` is made anew on every render and says the same.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [list, from],
  );
}
