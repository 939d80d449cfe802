"use client";

import type { inferRouterOutputs } from "@trpc/server";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { NoSuchCluster } from "@/components/cluster/no-such-cluster";
import { ConfirmedReadings } from "@/components/cluster/reading-age";
import { useBelievedStatus } from "@/components/cluster/use-believed-status";
import { type FirstStatus, useClusterStatus } from "@/components/cluster/use-cluster-status";
import { useTRPC } from "@/components/client/trpc";
import { PanelClock } from "@/components/shell/panel-clock";
import { StreamLost } from "@/components/shell/stream-lost";
import { Skeleton } from "@/components/ui/skeleton";
import type { ClusterStatus } from "@/contract/cluster-status";
import type { AppRouter } from "@/server/router";

export type ClusterSeed = inferRouterOutputs<AppRouter>["cluster"]["get"];

/** Longer: going back to a page minutes later begins with what was so then. Shorter: a slow browser asks again for what it was sent. */
const seedValidMs = 10_000;

export interface LiveClusterProps {
  clusterId: string;
  /** Sent with the document, so that nobody has to ask for it; null: ask. */
  seed?: ClusterSeed | null;
  /** The status as it may be believed this second: what nobody confirms has turned unknown. */
  children: (status: ClusterStatus) => ReactNode;
}

/** Any page of one cluster that lives on its stream: asks once whether there is such a cluster, then follows it. */
export function LiveCluster({ clusterId, seed = null, children }: LiveClusterProps) {
  const [sentAt] = useState(() => (performance.now() < seedValidMs ? Date.now() : 0));
  const asked = useTRPC().cluster.get.queryOptions({ clusterId });
  const sent = seed === null ? {} : { initialData: seed, initialDataUpdatedAt: sentAt };
  const summary = useQuery({ ...asked, ...sent });
  // A question that failed later on, while the panel was away, does not take the page away: its stream tells how old it is.
  if (summary.data !== undefined)
    return (
      <Followed clusterId={clusterId} first={{ status: summary.data.status, atMs: summary.dataUpdatedAt }}>
        {children}
      </Followed>
    );
  if (summary.isPending) return <Connecting />;
  return <NoSuchCluster error={summary.error} />;
}

interface FollowedProps {
  clusterId: string;
  first: FirstStatus;
  children: (status: ClusterStatus) => ReactNode;
}

/** Judged again each second: a reading that nobody confirms turns grey while one looks at it. */
function Followed({ clusterId, first, children }: FollowedProps) {
  const t = useTranslations("cluster.dashboard");
  const { status, clockOffsetMs, newest, confirmedAt, lostAtMs } = useClusterStatus(clusterId, first);
  const believed = useBelievedStatus(status, clockOffsetMs, newest);
  return (
    <>
      <div className="pb-4 empty:hidden">
        <StreamLost lostAtMs={lostAtMs}>{t("streamLost")}</StreamLost>
      </div>
      {believed === null ? (
        <Connecting />
      ) : (
        <PanelClock offsetMs={clockOffsetMs}>
          <ConfirmedReadings value={confirmedAt}>{children(believed)}</ConfirmedReadings>
        </PanelClock>
      )}
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
