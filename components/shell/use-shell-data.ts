"use client";

import { useQuery } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { reportOfError } from "@/components/client/error-report";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import type { ShellCluster, ShellRun } from "@/components/shell/shell-data";

/** While something runs it moves before one's eyes; longer looks stuck, shorter reads a journal on every page for a number in the corner. */
const activeRefreshMs = 2_000;
/** Nothing runs: longer leaves a run that another person began unseen. */
const idleRefreshMs = 10_000;

export interface ShellData {
  clusters: readonly ShellCluster[];
  runs: readonly ShellRun[];
  /** Why the runs cannot be read; null when they can. */
  runsUnreadable: string | null;
  /** When the panel last answered, by this browser, where it does not answer now; null while it does. */
  unansweredSinceMs: number | null;
}

export function useShellData(): ShellData {
  const trpc = useTRPC();
  const errorText = useErrorText();
  // Not taken apart as a whole: what is read of an answer is what the frame is drawn anew for, and each look begins and ends.
  const active = useQuery(
    trpc.run.active.queryOptions(undefined, {
      refetchInterval: ({ state }) => ((state.data?.length ?? 0) > 0 ? activeRefreshMs : idleRefreshMs),
    }),
  );
  // Whoever begins a run is led to its page: the corner knows of it at once.
  const { data, error, isError, refetch, failureReason, isPaused } = active;
  const here = usePathname();
  useEffect(() => void (here.startsWith("/runs/") && refetch()), [here, refetch]);
  const list = useQuery(trpc.cluster.list.queryOptions());
  const clusters: ShellCluster[] = (list.data ?? []).map(({ id, name, nodes }) => ({
    id,
    name,
    nodes: nodes.map((node) => node.name),
  }));
  // Without a network the query waits instead of failing; a refusal is an answer.
  const isUnanswered = isPaused || (failureReason !== null && reportOfError(failureReason) === null);
  return {
    clusters,
    runs: (data ?? []).map((run) => ({
      id: run.id,
      kind: run.kind,
      state: run.state,
      clusterName: run.clusterName,
      at: run.createdAt.toISOString(),
      fraction: run.fraction,
      step: run.step,
    })),
    runsUnreadable: isError ? errorText(error) : null,
    unansweredSinceMs: isUnanswered ? active.dataUpdatedAt || active.errorUpdatedAt || null : null,
  };
}
