"use client";

import { useTranslations } from "next-intl";
import { type FactsByNode, topologyOf } from "@/components/cluster/topology-model";
import { TopologyPicture } from "@/components/cluster/topology-picture";
import { TopologyTable } from "@/components/cluster/topology-table";
import { TimeAge } from "@/components/shell/time-age";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import type { ClusterStatus } from "@/contract/cluster-status";
import { sentenceText } from "@/contract/sentence";

export function TopologyCard({ status, facts }: { status: ClusterStatus; facts: FactsByNode }) {
  const t = useTranslations("cluster.topology");
  const topology = topologyOf(status, facts);
  const unread = status.nodes.flatMap(({ name }) => {
    const reading = facts[name];
    return reading?.state === "unknown" ? [{ node: name, reason: sentenceText(reading.reason) }] : [];
  });
  const oldest = Object.values(facts)
    .map((reading) => reading.at)
    .sort()[0];
  return (
    <Panel
      title={t("title")}
      flush
      aside={oldest !== undefined && topology.networks.length > 0 && <TimeAge at={oldest} />}
    >
      <TopologyPicture topology={topology} />
      {unread.length > 0 && (
        <ul className="flex flex-col gap-1 px-4 pb-3">
          {unread.map(({ node, reason }) => (
            <li key={node}>
              <StateMark state="unknown" label={t("linksUnknown", { node, reason })} className="font-normal" />
            </li>
          ))}
        </ul>
      )}
      <details className="border-t border-line">
        <summary className="px-4 py-2 text-muted">{t("asTable")}</summary>
        <div className="border-t border-line">
          <TopologyTable topology={topology} />
        </div>
      </details>
    </Panel>
  );
}
