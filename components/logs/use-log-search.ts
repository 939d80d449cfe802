"use client";

import { useMutation } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTRPCClient } from "@/components/client/trpc";
import { type LogLook, searchedTime } from "@/components/logs/log-filter-query";
import { mergeByTime } from "@/contract/log-line";
import type { LogSearchAnswer } from "@/contract/log-search";

interface Asked {
  readonly look: LogLook;
  /** What was found so far and is to be continued further back. */
  readonly before: LogSearchAnswer | null;
}

const listOf = <T>(set: ReadonlySet<T> | null): T[] | null => (set === null ? null : [...set]);

/** A search runs when it is asked for, never by itself: it reads the whole log folder of every node. */
export function useLogSearch(clusterId: string) {
  const client = useTRPCClient();
  const { mutate, data, error, isPending, reset } = useMutation({
    mutationFn: async ({ look, before }: Asked): Promise<LogSearchAnswer> => {
      const { filter } = look;
      const { sinceMs, untilMs } = searchedTime(look, Date.now());
      const found = await client.logs.search.query({
        clusterId,
        nodes: listOf(filter.nodes),
        files: listOf(filter.files),
        levels: listOf(filter.levels),
        text: filter.text,
        sinceMs,
        untilMs: before?.moreBeforeMs ?? untilMs,
      });
      return before === null ? found : { ...found, lines: [...mergeByTime(found.lines, before.lines)] };
    },
  });
  const run = useCallback((look: LogLook) => look.search !== null && mutate({ look, before: null }), [mutate]);
  const older = (look: LogLook): void => {
    if (data !== undefined && look.search !== null) mutate({ look, before: data });
  };
  return { answer: data ?? null, error, isPending, run, older, reset };
}
