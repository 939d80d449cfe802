"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import type { ShellCluster, ShellRun } from "@/components/shell/shell-data";

/** Shorter loads the panel for a number in the corner; longer shows a finished run as running for too long. */
const runsRefreshMs = 10_000;
const runsShown = 20;

export interface ShellData {
  clusters: readonly ShellCluster[];
  runs: readonly ShellRun[];
  /** Why the runs cannot be read; null when they can. */
  runsUnreadable: string | null;
}

export function useShellData(): ShellData {
  const trpc = useTRPC();
  const errorText = useErrorText();
  const runs = useQuery(
    trpc.run.list.queryOptions({ activeOnly: true, limit: runsShown }, { refetchInterval: runsRefreshMs }),
  );
  const list = useQuery(trpc.cluster.list.queryOptions());
  const clusters: ShellCluster[] = (list.data ?? []).map(({ id, name, nodes }) => ({
    id,
    name,
    nodes: nodes.map((node) => node.name),
  }));
  return {
    clusters,
    runs: (runs.data ?? []).map((run) => ({
      id: run.id,
      kind: run.kind,
      state: run.state,
      clusterName: clusters.find((cluster) => cluster.id === run.clusterId)?.name ?? null,
      at: run.createdAt.toISOString(),
    })),
    runsUnreadable: runs.isError ? errorText(runs.error) : null,
  };
}
