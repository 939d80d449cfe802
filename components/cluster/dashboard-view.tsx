"use client";

import { useTranslations } from "next-intl";
import { memo, type ReactNode } from "react";
import { CephCard } from "@/components/cluster/ceph-card";
import { ClusterBanners } from "@/components/cluster/cluster-banners";
import { HaCard, leadingNode } from "@/components/cluster/ha-card";
import { HistoryCard } from "@/components/cluster/history-card";
import { HostIoCard } from "@/components/cluster/host-io-card";
import { ManagementVmCard } from "@/components/cluster/management-vm-card";
import { NodeCard } from "@/components/cluster/node-card";
import { statusText } from "@/components/cluster/status-text";
import { TopologyCard } from "@/components/cluster/topology-card";
import { usePart } from "@/components/cluster/use-part";
import { TimelineCard } from "@/components/event/timeline-card";
import { paths } from "@/components/client/paths";
import { PageHeader } from "@/components/shell/page-header";
import { PlaceLink } from "@/components/shell/place-link";
import { ReadingAge } from "@/components/cluster/reading-age";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { useSentence } from "@/components/shell/use-sentence";
import { buttonStyles } from "@/components/ui/button-styles";
import { CodeBlock } from "@/components/ui/code-block";
import { Unfolding } from "@/components/ui/unfolding";
import type { ClusterStatus } from "@/contract/cluster-status";
import type { HaStatus } from "@/contract/ha-status";
import { powerOffLight } from "@/contract/power-off-light";

export interface DashboardViewProps {
  status: ClusterStatus;
  /** Cards of other areas, below Ceph's. */
  beside?: ReactNode;
  /** Below the nodes. */
  trends?: ReactNode;
}

/** Of the suite's own status what each card shows. */
const parts = {
  picture: ({ managementVm, ceph }: HaStatus) => ({ managementVm, ceph }),
  vm: ({ managementVm, managementIps, publicIps, configVersion, lastStart }: HaStatus) => ({
    managementVm,
    managementIps,
    publicIps,
    configVersion,
    lastStart,
  }),
  hostIo: ({ hostIo, managementIps, publicIps }: HaStatus) => ({ hostIo, managementIps, publicIps }),
  ha: ({ services, consul, fence }: HaStatus) => ({ services, consul, fence }),
  ceph: ({ ceph }: HaStatus) => ({ ceph }),
  history: ({ history }: HaStatus) => ({ history }),
} as const;

export function DashboardView({ status, beside, trends }: DashboardViewProps) {
  const t = useTranslations("cluster");
  const { clusterId, ha, owner } = status;
  return (
    <div className="print-wide">
      <PageHeader
        title={status.name}
        note={
          <>
            {t("dashboard.revision")} <ReadingAge at={status.at} />
          </>
        }
        actions={<Actions clusterId={clusterId} />}
      />
      <div className="flex flex-col gap-4">
        <ClusterBanners status={status} />
        <TopologyCard
          clusterId={clusterId}
          nodes={status.nodes}
          owner={owner}
          operation={status.operation}
          leader={status.leader}
          ha={usePart(ha, parts.picture)}
        />
        {/* Columns of about the same height. No card is taller than what it says: an emptied one looks as if something were missing. */}
        <div className="grid items-start gap-4 md:grid-cols-2 xl:grid-cols-3">
          <div className="flex min-w-0 flex-col gap-4">
            <ManagementVmCard ha={usePart(ha, parts.vm)} config={status.config} operation={status.operation} />
            <HostIoCard ha={usePart(ha, parts.hostIo)} />
          </div>
          <HaCard
            ha={usePart(ha, parts.ha)}
            leader={status.leader}
            leaderNode={leadingNode(status)}
            owner={owner}
            intent={status.intent}
          />
          <div className="flex min-w-0 flex-col gap-4 md:max-xl:col-span-2 md:max-xl:flex-row md:max-xl:items-start md:max-xl:*:flex-1">
            <CephCard ha={usePart(ha, parts.ceph)} />
            {beside}
          </div>
        </div>
        <section aria-labelledby="nodes">
          <h2 id="nodes" className="pb-2 text-base font-semibold">
            {t("node.title")}
          </h2>
          <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
            {status.nodes.map((node) => (
              <NodeCard
                key={node.name}
                clusterId={clusterId}
                node={node}
                hasVm={owner.state === "known" && owner.value?.node === node.name}
                verdict={powerOffLight(status, node.name)}
              />
            ))}
          </div>
        </section>
        {trends}
        <TimelineCard clusterId={clusterId} />
        <HistoryCard ha={usePart(ha, parts.history)} />
        <Unfolding
          className="rounded-lg border border-line bg-panel"
          summary={t("dashboard.raw")}
          summaryClassName="px-4 py-2.5 font-semibold"
        >
          {() => <RawStatus status={status} />}
        </Unfolding>
      </div>
    </div>
  );
}

const Actions = memo(function Actions({ clusterId }: { clusterId: string }) {
  const t = useTranslations("cluster.dashboard");
  const look = buttonStyles({ variant: "secondary" });
  return (
    <>
      <PlaceLink href={paths.clusterHa(clusterId)} className={look}>
        {t("haLink")}
      </PlaceLink>
      <PlaceLink href={paths.clusterMaintenance(clusterId)} className={look}>
        {t("maintenanceLink")}
      </PlaceLink>
      <PlaceLink href={paths.clusterConfig(clusterId)} className={look}>
        {t("configLink")}
      </PlaceLink>
    </>
  );
});

function RawStatus({ status }: { status: ClusterStatus }) {
  const t = useTranslations("cluster.dashboard");
  const copy = useCopyLabels();
  return (
    <div className="border-t border-line p-4">
      <p className="pb-2 text-xs text-muted">{t("rawNote")}</p>
      <CodeBlock label="zsha status" text={statusText(status, useSentence())} copyLabels={copy.one} />
    </div>
  );
}
