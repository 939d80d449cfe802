"use client";

import type { ReactNode } from "react";
import { DashboardView } from "@/components/cluster/dashboard-view";
import { type LiveFeed, LiveCluster } from "@/components/cluster/live-cluster";
import { useNodeFacts } from "@/components/cluster/use-node-facts";
import type { ClusterStatus } from "@/contract/cluster-status";

export interface DashboardProps {
  clusterId: string;
  /** Cards of other areas. */
  beside?: ReactNode;
}

export function Dashboard({ clusterId, beside }: DashboardProps) {
  return (
    <LiveCluster clusterId={clusterId}>
      {(status, feed) => <WithFacts status={status} feed={feed} beside={beside} />}
    </LiveCluster>
  );
}

function WithFacts({ status, feed, beside }: { status: ClusterStatus; feed: LiveFeed; beside: ReactNode }) {
  const facts = useNodeFacts(status.clusterId, feed.nodes);
  return <DashboardView status={status} facts={facts} clientIo={feed.clientIo} beside={beside} />;
}
