"use client";

import { useTranslations } from "next-intl";
import { type FactsByNode, topologyOf } from "@/components/cluster/topology-model";
import { TopologyPicture } from "@/components/cluster/topology-picture";
import { TopologyTable } from "@/components/cluster/topology-table";
import { TimeAge } from "@/components/shell/time-age";
import { Panel } from "@/components/ui/panel";
import type { ClusterStatus } from "@/contract/cluster-status";

export function TopologyCard({ status, facts }: { status: ClusterStatus; facts: FactsByNode }) {
  const t = useTranslations("cluster.topology");
  const topology = topologyOf(status, facts);
  const unread = Object.values(facts).find((reading) => reading.state === "unknown");
  const oldest = Object.values(facts)
    .map((reading) => reading.at)
    .sort()[0];
  return (
    <Panel
      title={t("title")}
      flush
      aside={oldest !== undefined && topology.networks.length > 0 && <TimeAge at={oldest} />}
    >
      <TopologyPicture
        topology={topology}
        linksReason={unread?.state === "unknown" ? unread.reason : t("linksNotRead")}
      />
      <details className="border-t border-line">
        <summary className="px-4 py-2 text-muted">{t("asTable")}</summary>
        <div className="border-t border-line">
          <TopologyTable topology={topology} />
        </div>
      </details>
    </Panel>
  );
}
