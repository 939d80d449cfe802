"use client";

import type { ReactNode } from "react";
import { DashboardView } from "@/components/cluster/dashboard-view";
import { type ClusterSeed, LiveCluster } from "@/components/cluster/live-cluster";

export interface DashboardProps {
  clusterId: string;
  seed: ClusterSeed | null;
  /** Cards of other areas. */
  beside?: ReactNode;
  /** Charts, below the nodes. */
  trends?: ReactNode;
}

export function Dashboard({ clusterId, seed, beside, trends }: DashboardProps) {
  return (
    <LiveCluster clusterId={clusterId} seed={seed}>
      {(status) => <DashboardView status={status} beside={beside} trends={trends} />}
    </LiveCluster>
  );
}
