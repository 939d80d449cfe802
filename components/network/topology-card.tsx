"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Attachment } from "@/components/network/network-model";
import { TopologyPicture } from "@/components/network/topology-picture";
import { TopologyTable } from "@/components/network/topology-table";
import { ReadingAge } from "@/components/cluster/reading-age";
import { useSentence } from "@/components/shell/use-sentence";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { type ClusterStatus, staleAfterMs } from "@/contract/cluster-status";

/** Cables as they are this second. The table opens by itself when a cable of the picture is followed. */
export function TopologyCard({ status, attachments }: { status: ClusterStatus; attachments: readonly Attachment[] }) {
  const t = useTranslations("network");
  const sentence = useSentence();
  const [isOpen, setOpen] = useState(false);
  const oldest = status.nodes.map(({ links }) => links.at).toSorted()[0];
  const silent = status.nodes.flatMap(({ name, links }) =>
    links.state === "unknown" ? [{ node: name, reason: links.reason }] : [],
  );
  return (
    <Panel
      title={t("topology.title")}
      flush
      aside={oldest !== undefined && <ReadingAge at={oldest} staleAfterSeconds={staleAfterMs("links") / 1000} />}
    >
      <TopologyPicture status={status} attachments={attachments} onFollow={() => setOpen(true)} />
      {silent.length > 0 && (
        <ul className="flex flex-col gap-1 px-4 pb-3">
          {silent.map(({ node, reason }) => (
            <li key={node}>
              <StateMark
                state="unknown"
                label={t("topology.silent", { node, reason: sentence(reason) })}
                className="font-normal"
              />
            </li>
          ))}
        </ul>
      )}
      <p className="px-4 pb-3 text-xs text-muted">{t("topology.legend")}</p>
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)} className="border-t border-line">
        <summary className="px-4 py-2 text-muted">{t("topology.asTable")}</summary>
        <div className="border-t border-line">
          <TopologyTable attachments={attachments} />
        </div>
      </details>
    </Panel>
  );
}
