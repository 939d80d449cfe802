"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { CephCard } from "@/components/cluster/ceph-card";
import { ClusterBanners } from "@/components/cluster/cluster-banners";
import { HaCard } from "@/components/cluster/ha-card";
import { HistoryCard } from "@/components/cluster/history-card";
import { HostIoCard } from "@/components/cluster/host-io-card";
import { ManagementVmCard } from "@/components/cluster/management-vm-card";
import { NodeCard } from "@/components/cluster/node-card";
import { statusText } from "@/components/cluster/status-text";
import { TopologyCard } from "@/components/cluster/topology-card";
import type { FactsByNode } from "@/components/cluster/topology-model";
import { TimelineCard } from "@/components/event/timeline-card";
import { paths } from "@/components/client/paths";
import { PageHeader } from "@/components/shell/page-header";
import { PlaceLink } from "@/components/shell/place-link";
import { TimeAge } from "@/components/shell/time-age";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { useSentence } from "@/components/shell/use-sentence";
import { buttonStyles } from "@/components/ui/button-styles";
import { CodeBlock } from "@/components/ui/code-block";
import type { ClusterStatus } from "@/contract/cluster-status";

export interface DashboardViewProps {
  status: ClusterStatus;
  facts: FactsByNode;
  /** Cards of other areas, below Ceph's. */
  beside?: ReactNode;
  /** Below the nodes. */
  trends?: ReactNode;
}

export function DashboardView({ status, facts, beside, trends }: DashboardViewProps) {
  const t = useTranslations("cluster");
  const copy = useCopyLabels();
  const sentence = useSentence();
  return (
    <div className="print-wide">
      <PageHeader
        title={status.name}
        note={
          <>
            {t("dashboard.revision")} <TimeAge at={status.at} />
          </>
        }
        actions={
          <>
            <PlaceLink href={paths.clusterHa(status.clusterId)} className={buttonStyles({ variant: "secondary" })}>
              {t("dashboard.haLink")}
            </PlaceLink>
            <PlaceLink
              href={paths.clusterMaintenance(status.clusterId)}
              className={buttonStyles({ variant: "secondary" })}
            >
              {t("dashboard.maintenanceLink")}
            </PlaceLink>
            <PlaceLink href={paths.clusterConfig(status.clusterId)} className={buttonStyles({ variant: "secondary" })}>
              {t("dashboard.configLink")}
            </PlaceLink>
          </>
        }
      />
      <div className="flex flex-col gap-4">
        <ClusterBanners status={status} />
        <TopologyCard status={status} facts={facts} />
        {/* Columns of about the same height. No card is taller than what it says: an emptied one looks as if something were missing. */}
        <div className="grid items-start gap-4 md:grid-cols-2 xl:grid-cols-3">
          <div className="flex min-w-0 flex-col gap-4">
            <ManagementVmCard status={status} />
            <HostIoCard status={status} />
          </div>
          <HaCard status={status} />
          <div className="flex min-w-0 flex-col gap-4 md:max-xl:col-span-2 md:max-xl:flex-row md:max-xl:items-start md:max-xl:*:flex-1">
            <CephCard status={status} />
            {beside}
          </div>
        </div>
        <section aria-labelledby="nodes">
          <h2 id="nodes" className="pb-2 text-base font-semibold">
            {t("node.title")}
          </h2>
          <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
            {status.nodes.map((node) => (
              <NodeCard key={node.name} status={status} node={node} />
            ))}
          </div>
        </section>
        {trends}
        <TimelineCard clusterId={status.clusterId} />
        <HistoryCard status={status} />
        <details className="rounded-lg border border-line bg-panel">
          <summary className="px-4 py-2.5 font-semibold">{t("dashboard.raw")}</summary>
          <div className="border-t border-line p-4">
            <p className="pb-2 text-xs text-muted">{t("dashboard.rawNote")}</p>
            <CodeBlock label="zsha status" text={statusText(status, sentence)} copyLabels={copy.one} />
          </div>
        </details>
      </div>
    </div>
  );
}
