"use client";

import { useFormatter, useTranslations } from "next-intl";
import { memo } from "react";
import { ActorName } from "@/components/run/actor-name";
import { ReadingAge } from "@/components/cluster/reading-age";
import { TimeAt } from "@/components/shell/time-age";
import { useSentence } from "@/components/shell/use-sentence";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { HistoryRecord } from "@/contract/consul-keys";
import type { HaStatus } from "@/contract/ha-status";
import type { Observed } from "@/contract/observed";
import { ObservedValue } from "@/components/cluster/observed-value";

const phases = ["detect", "elect", "fence", "start", "guest", "copy"] as const;

export const HistoryCard = memo(function HistoryCard({ ha }: { ha: Observed<Pick<HaStatus, "history">> }) {
  const t = useTranslations("cluster.history");
  return (
    <Panel title={t("title")} aside={<ReadingAge at={ha.at} />} flush>
      {ha.state === "unknown" ? (
        <div className="p-4">
          <ObservedValue reading={ha}>{() => null}</ObservedValue>
        </div>
      ) : (
        <History records={ha.value.history} />
      )}
    </Panel>
  );
});

const History = memo(function History({ records }: { records: readonly HistoryRecord[] }) {
  const t = useTranslations("cluster.history");
  const sentence = useSentence();
  if (records.length === 0) return <p className="p-4 text-muted">{t("empty")}</p>;
  const newestFirst = [...records].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <Table caption={t("caption")} captionShown>
      <TableHead>
        <HeaderCell>{t("at")}</HeaderCell>
        <HeaderCell>{t("kind")}</HeaderCell>
        <HeaderCell>{t("node")}</HeaderCell>
        <HeaderCell>{t("actor")}</HeaderCell>
        <HeaderCell>{t("outcome")}</HeaderCell>
        <HeaderCell>{t("phases")}</HeaderCell>
        <HeaderCell numeric>{t("total")}</HeaderCell>
      </TableHead>
      <TableBody>
        {newestFirst.map((record) => (
          <tr key={record.id}>
            <RowHeader className="font-normal whitespace-nowrap">
              <TimeAt at={record.at} />
            </RowHeader>
            <Cell className="font-medium whitespace-nowrap">{t(`kinds.${record.kind}`)}</Cell>
            <Cell className="whitespace-nowrap">
              {record.from === null ? record.node : t("from", { node: record.node, from: record.from })}
            </Cell>
            <Cell>
              <ActorName actor={record.actor} />
            </Cell>
            <Cell>
              <StateMark state={record.outcome === "succeeded" ? "done" : "failed"} label={t(record.outcome)} />
              {record.detail && <span className="block text-xs text-muted">{sentence(record.detail)}</span>}
            </Cell>
            <Cell className="min-w-56">
              <PhaseBar seconds={record.seconds} />
            </Cell>
            <Cell numeric className="font-medium">
              <Seconds value={record.seconds.total} />
            </Cell>
          </tr>
        ))}
      </TableBody>
    </Table>
  );
});

/** Lengths are to scale within one record, figures beside the names: what took the time is seen at once. */
function PhaseBar({ seconds }: { seconds: HistoryRecord["seconds"] }) {
  const t = useTranslations("cluster.history.phase");
  const measured = phases.flatMap((phase) => {
    const value = seconds[phase];
    return value === undefined ? [] : [{ phase, value }];
  });
  if (measured.length === 0) return <span className="text-muted">–</span>;
  return (
    <div className="flex flex-col gap-1">
      <div aria-hidden className="flex h-1.5 gap-px overflow-hidden rounded-sm">
        {measured.map(({ phase, value }) => (
          <span key={phase} className="min-w-0.5 bg-accent even:opacity-50" style={{ flexGrow: value, flexBasis: 0 }} />
        ))}
      </div>
      <p className="flex flex-wrap gap-x-2.5 text-xs text-muted">
        {measured.map(({ phase, value }) => (
          <span key={phase} className="whitespace-nowrap">
            {t(phase)} <Seconds value={value} />
          </span>
        ))}
      </p>
    </div>
  );
}

function Seconds({ value }: { value: number | undefined }) {
  const format = useFormatter();
  if (value === undefined) return <span className="text-muted">–</span>;
  return (
    <span className="text-ink">{format.number(value, { minimumFractionDigits: 1, maximumFractionDigits: 1 })}</span>
  );
}
