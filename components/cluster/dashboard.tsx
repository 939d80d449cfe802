"use client";

import { DashboardView } from "@/components/cluster/dashboard-view";
import { type LiveFeed, LiveCluster } from "@/components/cluster/live-cluster";
import { useNodeFacts } from "@/components/cluster/use-node-facts";
import type { ClusterStatus } from "@/contract/cluster-status";

export function Dashboard({ clusterId }: { clusterId: string }) {
  return <LiveCluster clusterId={clusterId}>{(status, feed) => <WithFacts status={status} feed={feed} />}</LiveCluster>;
}

function WithFacts({ status, feed }: { status: ClusterStatus; feed: LiveFeed }) {
  const facts = useNodeFacts(status.clusterId, feed.nodes);
  return <DashboardView status={status} facts={facts} clientIo={feed.clientIo} />;
}
