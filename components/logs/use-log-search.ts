"use client";

import { useMutation } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTRPCClient } from "@/components/client/trpc";
import { type LogLook, type SearchRange, sinceOf } from "@/components/logs/log-filter-query";
import type { LogFilter } from "@/contract/log-line";
import { mergeByTime } from "@/contract/log-line";
import type { LogSearchAnswer } from "@/contract/log-search";

interface Asked {
  readonly filter: LogFilter;
  readonly range: SearchRange;
  /** What was found so far and is to be continued further back. */
  readonly before: LogSearchAnswer | null;
}

const listOf = <T>(set: ReadonlySet<T> | null): T[] | null => (set === null ? null : [...set]);

/** A search runs when it is asked for, never by itself: it reads the whole log folder of every node. */
export function useLogSearch(clusterId: string) {
  const client = useTRPCClient();
  const { mutate, data, error, isPending, reset } = useMutation({
    mutationFn: async ({ filter, range, before }: Asked): Promise<LogSearchAnswer> => {
      const found = await client.logs.search.query({
        clusterId,
        nodes: listOf(filter.nodes),
        files: listOf(filter.files),
        levels: listOf(filter.levels),
        text: filter.text,
        sinceMs: sinceOf(range, Date.now()),
        untilMs: before?.moreBeforeMs ?? null,
      });
      return before === null ? found : { ...found, lines: [...mergeByTime(found.lines, before.lines)] };
    },
  });
  const run = useCallback(
    ({ filter, search }: LogLook) => search !== null && mutate({ filter, range: search, before: null }),
    [mutate],
  );
  const older = ({ filter, search }: LogLook): void => {
    if (data !== undefined && search !== null) mutate({ filter, range: search, before: data });
  };
  return { answer: data ?? null, error, isPending, run, older, reset };
}
