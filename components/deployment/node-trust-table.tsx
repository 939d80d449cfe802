"use client";

import { useTranslations } from "next-intl";
import type { NodeWork } from "@/components/deployment/use-node-work";
import { useDraft } from "@/components/deployment/draft-provider";
import { useErrorText, useReportText } from "@/components/deployment/report-text";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { DraftNode } from "@/contract/deployment";

type Trust = "unreached" | "to-accept" | "changed" | "to-log-in" | "unread" | "ready";

export function trustOf(node: DraftNode): Trust {
  if (node.presentedFingerprint === null) return "unreached";
  if (node.acceptedFingerprint === null) return "to-accept";
  if (node.acceptedFingerprint !== node.presentedFingerprint) return "changed";
  if (!node.keyInstalled) return "to-log-in";
  return node.facts === null ? "unread" : "ready";
}

const marks = {
  unreached: "unknown",
  "to-accept": "needs-you",
  changed: "failed",
  "to-log-in": "needs-you",
  unread: "needs-you",
  ready: "done",
} as const;

/** How far each node is trusted, and the next thing to do with it. */
export function NodeTrustTable({ work }: { work: NodeWork }) {
  const t = useTranslations("deployment.nodes");
  const errorText = useErrorText();
  const { draft } = useDraft();
  const failed = work.accept.error ?? work.probe.error ?? work.remove.error;
  return (
    <Panel title={t("trust")} flush>
      <Table caption={t("trust")}>
        <TableHead>
          <HeaderCell>{t("node")}</HeaderCell>
          <HeaderCell>{t("state")}</HeaderCell>
          <HeaderCell>{t("fingerprint")}</HeaderCell>
          <HeaderCell>
            <span className="sr-only">{t("actions")}</span>
          </HeaderCell>
        </TableHead>
        <TableBody>
          {draft.nodes.map((node) => (
            <TrustRow key={node.id} node={node} work={work} />
          ))}
        </TableBody>
      </Table>
      {failed && (
        <p role="alert" className="px-4 py-2 text-xs text-failed">
          {errorText(failed)}
        </p>
      )}
    </Panel>
  );
}

function TrustRow({ node, work }: { node: DraftNode; work: NodeWork }) {
  const t = useTranslations("deployment.nodes");
  const reportText = useReportText();
  const trust = trustOf(node);
  const error = work.errors[node.id];
  return (
    <tr>
      <RowHeader className="font-mono">
        {node.address}
        {node.port === 22 ? "" : `:${node.port}`}
        {node.facts && <span className="block font-sans text-xs font-normal text-muted">{node.facts.hostName}</span>}
      </RowHeader>
      <Cell>
        <StateMark state={marks[trust]} label={t(`trustState.${trust}`)} />
        {error && <span className="mt-0.5 block max-w-96 text-xs text-failed">{reportText(error)}</span>}
      </Cell>
      <Cell className="font-mono text-xs break-all">
        {node.presentedFingerprint ?? "–"}
        {node.presentedKeyType && <span className="block text-muted">{node.presentedKeyType}</span>}
        {trust === "changed" && (
          <span className="block text-failed">{t("before", { fingerprint: node.acceptedFingerprint ?? "" })}</span>
        )}
      </Cell>
      <Cell>
        <span className="flex flex-wrap justify-end gap-1.5">
          <TrustAction node={node} trust={trust} work={work} />
          <Button
            size="sm"
            variant="quiet"
            aria-label={t("removeNamed", { address: node.address })}
            pending={work.remove.isPending && work.remove.variables.nodeId === node.id}
            onClick={() => work.remove.mutate({ draftId: work.draftId, nodeId: node.id })}
          >
            {t("remove")}
          </Button>
        </span>
      </Cell>
    </tr>
  );
}

function TrustAction({ node, trust, work }: { node: DraftNode; trust: Trust; work: NodeWork }) {
  const t = useTranslations("deployment.nodes");
  const ids = { draftId: work.draftId, nodeIds: [node.id] };
  if (trust === "to-accept" || trust === "changed")
    return (
      <Button
        size="sm"
        aria-label={t("acceptNamed", { address: node.address })}
        pending={work.accept.isPending && work.accept.variables.nodeId === node.id}
        onClick={() =>
          work.accept.mutate({ draftId: work.draftId, nodeId: node.id, fingerprint: node.presentedFingerprint ?? "" })
        }
      >
        {t("accept")}
      </Button>
    );
  if (trust === "unreached")
    return (
      <Button size="sm" pending={work.probe.isPending} onClick={() => work.probe.mutate(ids)}>
        {t("askAgain")}
      </Button>
    );
  if (trust === "unread")
    return (
      <Button size="sm" pending={work.refresh.isPending} onClick={() => work.refresh.mutate(ids)}>
        {t("read")}
      </Button>
    );
  return null;
}
