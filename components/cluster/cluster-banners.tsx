"use client";

import { AlarmBanners } from "@/components/cluster/alarm-banners";
import { BracketBanners } from "@/components/cluster/bracket-banners";
import { HeadlineBanner } from "@/components/cluster/headline-banner";
import { paths } from "@/components/client/paths";
import { useSame } from "@/components/ui/use-same";
import { clusterHeadline } from "@/contract/cluster-headline";
import type { ClusterStatus } from "@/contract/cluster-status";

/** How the cluster is, what is wrong with it and what was left on: the first thing on every page about its state. */
export function ClusterBanners({ status }: { status: ClusterStatus }) {
  const headline = useSame(clusterHeadline(status));
  return (
    <>
      <HeadlineBanner headline={headline} guideHref={paths.clusterRecovery(status.clusterId)} />
      <AlarmBanners status={status} />
      <BracketBanners status={status} />
    </>
  );
}
