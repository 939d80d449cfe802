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
  /** Charts, below the nodes. */
  trends?: ReactNode;
}

export function Dashboard({ clusterId, beside, trends }: DashboardProps) {
  return (
    <LiveCluster clusterId={clusterId}>
      {(status, feed) => <WithFacts status={status} feed={feed} beside={beside} trends={trends} />}
    </LiveCluster>
  );
}

interface WithFactsProps extends Pick<DashboardProps, "beside" | "trends"> {
  status: ClusterStatus;
  feed: LiveFeed;
}

function WithFacts({ status, feed, beside, trends }: WithFactsProps) {
  const facts = useNodeFacts(status.clusterId, feed.nodes);
  return <DashboardView status={status} facts={facts} beside={beside} trends={trends} />;
}
