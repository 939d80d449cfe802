"use client";

import { useTranslations } from "next-intl";
import { AdoptPanel } from "@/components/deployment/adopt-panel";
import { AddNodesForm } from "@/components/deployment/add-nodes-form";
import { useDraft } from "@/components/deployment/draft-provider";
import { TextField } from "@/components/deployment/draft-fields";
import { KeyForm } from "@/components/deployment/key-form";
import { NodeFactsTable } from "@/components/deployment/node-facts-table";
import { NodeTrustTable } from "@/components/deployment/node-trust-table";
import { useNodeWork } from "@/components/deployment/use-node-work";
import { Panel } from "@/components/ui/panel";

export function NodesPlace() {
  const t = useTranslations("deployment.nodes");
  const root = useTranslations("deployment");
  const { draft, saver } = useDraft();
  const work = useNodeWork();
  const locked = draft.nodes.filter((node) => node.acceptedFingerprint !== null && !node.keyInstalled);
  const isCluster = draft.nodes.some((node) => (node.facts?.membership.clusterNodes.length ?? 0) > 0);
  return (
    <>
      <Panel title={t("cluster")}>
        <TextField
          path="clusterName"
          label={root("clusterName")}
          help={t("clusterNameHelp")}
          className="max-w-sm"
          mono={false}
          value={draft.clusterName}
          onValue={(value) => saver.edit({ part: "clusterName", value })}
        />
      </Panel>
      <AddNodesForm work={work} />
      {draft.nodes.length > 0 && <NodeTrustTable work={work} />}
      {locked.length > 0 && <KeyForm nodes={locked} work={work} />}
      {isCluster && <AdoptPanel />}
      {draft.nodes.some((node) => node.facts !== null) && <NodeFactsTable work={work} />}
    </>
  );
}
