"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { NoSuchCluster } from "@/components/cluster/no-such-cluster";
import { useBelievedStatus } from "@/components/cluster/use-believed-status";
import { useClusterStatus } from "@/components/cluster/use-cluster-status";
import { useTRPC } from "@/components/client/trpc";
import { PanelClock } from "@/components/shell/panel-clock";
import { StreamLost } from "@/components/shell/stream-lost";
import { Skeleton } from "@/components/ui/skeleton";
import type { ClusterStatus } from "@/contract/cluster-status";

export interface LiveClusterProps {
  clusterId: string;
  /** The status as it may be believed this second: what nobody confirms has turned unknown. */
  children: (status: ClusterStatus, feed: LiveFeed) => ReactNode;
}

export interface LiveFeed {
  readonly nodes: readonly string[];
}

/** Any page of one cluster that lives on its stream: asks once whether there is such a cluster, then follows it. */
export function LiveCluster({ clusterId, children }: LiveClusterProps) {
  const summary = useQuery(useTRPC().cluster.get.queryOptions({ clusterId }));
  // A question that failed later on, while the panel was away, does not take the page away: its stream tells how old it is.
  if (summary.data !== undefined) {
    const nodes = summary.data.nodes.map((node) => node.name);
    return <Followed clusterId={clusterId}>{(status) => children(status, { nodes })}</Followed>;
  }
  if (summary.isPending) return <Connecting />;
  return <NoSuchCluster error={summary.error} />;
}

interface FollowedProps {
  clusterId: string;
  children: (status: ClusterStatus) => ReactNode;
}

/** Judged again each second: a reading that nobody confirms turns grey while one looks at it. */
function Followed({ clusterId, children }: FollowedProps) {
  const t = useTranslations("cluster.dashboard");
  const { status, clockOffsetMs, lostAtMs } = useClusterStatus(clusterId);
  const believed = useBelievedStatus(status, clockOffsetMs);
  return (
    <>
      <div className="pb-4 empty:hidden">
        <StreamLost lostAtMs={lostAtMs}>{t("streamLost")}</StreamLost>
      </div>
      {believed === null ? <Connecting /> : <PanelClock offsetMs={clockOffsetMs}>{children(believed)}</PanelClock>}
    </>
  );
}

function Connecting() {
  const t = useTranslations("cluster.dashboard");
  return (
    <div aria-busy className="flex flex-col gap-4">
      <h1 className="sr-only">{t("connecting")}</h1>
      <Skeleton className="h-8 w-56" />
      <Skeleton className="h-16" />
      <div className="grid gap-4 md:grid-cols-2">
        <Skeleton className="h-72" />
        <Skeleton className="h-72" />
      </div>
    </div>
  );
}
