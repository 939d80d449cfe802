"use client";

import { AlarmBanners } from "@/components/cluster/alarm-banners";
import { BracketBanners } from "@/components/cluster/bracket-banners";
import { HeadlineBanner } from "@/components/cluster/headline-banner";
import { paths } from "@/components/client/paths";
import { usePart } from "@/components/cluster/use-part";
import { useSame } from "@/components/ui/use-same";
import { clusterHeadline } from "@/contract/cluster-headline";
import type { ClusterStatus } from "@/contract/cluster-status";
import type { HaStatus } from "@/contract/ha-status";

const alarmPart = ({ alarms, services, managementVm }: HaStatus) => ({ alarms, services, managementVm });

/** How the cluster is, what is wrong with it and what was left on: the first thing on every page about its state. */
export function ClusterBanners({ status }: { status: ClusterStatus }) {
  const headline = useSame(clusterHeadline(status));
  return (
    <>
      <HeadlineBanner headline={headline} guideHref={paths.clusterRecovery(status.clusterId)} />
      <AlarmBanners
        clusterId={status.clusterId}
        ha={usePart(status.ha, alarmPart)}
        said={headline.code}
        minute={`${status.at.slice(0, "2026-11-23T10:00".length)}Z`}
      />
      <BracketBanners status={status} />
    </>
  );
}
