"use client";

import { useTranslations } from "next-intl";
import { useDraft } from "@/components/deployment/draft-provider";
import { LinkLight } from "@/components/network/link-light";
import { useErrorText } from "@/components/deployment/report-text";
import type { NodeWork } from "@/components/deployment/use-node-work";
import { TimeAge } from "@/components/shell/time-age";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { NodeFacts } from "@/contract/node-facts";
import { usableNics } from "@/contract/preflight-node";

const gib = 1024 ** 3;

/** What the panel found, node by node, with its age. */
export function NodeFactsTable({ work }: { work: NodeWork }) {
  const t = useTranslations("deployment.nodes");
  const errorText = useErrorText();
  const { draft } = useDraft();
  const read = draft.nodes.filter((node) => node.keyInstalled);
  return (
    <Panel
      title={t("facts")}
      flush
      aside={
        <Button
          size="sm"
          pending={work.refresh.isPending}
          onClick={() => work.refresh.mutate({ draftId: work.draftId, nodeIds: read.map(({ id }) => id) })}
        >
          {t("readAll")}
        </Button>
      }
    >
      <Table caption={t("facts")}>
        <TableHead>
          <HeaderCell>{t("hostName")}</HeaderCell>
          <HeaderCell>{t("os")}</HeaderCell>
          <HeaderCell>{t("cpu")}</HeaderCell>
          <HeaderCell numeric>{t("memory")}</HeaderCell>
          <HeaderCell>{t("disks")}</HeaderCell>
          <HeaderCell>{t("nics")}</HeaderCell>
          <HeaderCell numeric>{t("clock")}</HeaderCell>
        </TableHead>
        <TableBody>
          {draft.nodes.flatMap(({ facts, id }) => (facts === null ? [] : [<FactsRow key={id} facts={facts} />]))}
        </TableBody>
      </Table>
      {work.refresh.error && <p className="px-4 py-2 text-xs text-failed">{errorText(work.refresh.error)}</p>}
    </Panel>
  );
}

function FactsRow({ facts }: { facts: NodeFacts }) {
  const t = useTranslations("deployment.nodes");
  const empty = facts.disks.filter((disk) => disk.inUseBecause.length === 0);
  return (
    <tr>
      <RowHeader>
        {facts.hostName}
        <span className="block font-normal">
          <TimeAge at={facts.at} />
        </span>
      </RowHeader>
      <Cell>
        {facts.os.prettyName}
        <span className="block text-xs text-muted">{facts.os.kernel}</span>
      </Cell>
      <Cell>
        <span className="block max-w-48 truncate" title={facts.cpu.model}>
          {facts.cpu.model}
        </span>
        <span className="block text-xs text-muted">
          {t("threads", { threads: facts.cpu.threads, sockets: facts.cpu.sockets })}
        </span>
        <StateMark
          state={facts.kvmUsable ? "done" : "needs-you"}
          label={facts.kvmUsable ? t("kvm") : t("noKvm")}
          className="whitespace-nowrap"
        />
      </Cell>
      <Cell numeric>{t("gigabytes", { value: Math.round(facts.memoryBytes / gib) })}</Cell>
      <Cell>
        {t("diskCount", { count: facts.disks.length, empty: empty.length })}
        {empty.map((disk) => (
          <span key={disk.path} className="block font-mono text-xs whitespace-nowrap text-muted">
            {disk.path} {t("gigabytes", { value: Math.round(disk.sizeBytes / 1e9) })}
          </span>
        ))}
      </Cell>
      <Cell>
        <span className="flex flex-col gap-0.5">
          {usableNics(facts).map((nic) => (
            <LinkLight key={nic.name} nic={nic} />
          ))}
        </span>
      </Cell>
      <Cell numeric>
        {t("seconds", { value: Math.round(facts.clockOffsetMs / 10) / 100 })}
        <span className="block text-xs text-muted">± {Math.round(facts.clockUncertaintyMs)} ms</span>
      </Cell>
    </tr>
  );
}
