"use client";

import { useTranslations } from "next-intl";
import { SecondsText } from "@/components/ha/phase-figures";
import { historyPhases } from "@/components/ha/phases";
import { ActorName } from "@/components/run/actor-name";
import { TimeAt } from "@/components/shell/time-age";
import { useSentence } from "@/components/shell/use-sentence";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { HistoryRecord } from "@/contract/consul-keys";

export function FailoverTable({ records }: { records: readonly HistoryRecord[] }) {
  const t = useTranslations("ha.history");
  const words = useTranslations("cluster.history");
  const sentence = useSentence();
  return (
    <Table caption={t("caption")}>
      <TableHead>
        <HeaderCell>{words("at")}</HeaderCell>
        <HeaderCell>{words("kind")}</HeaderCell>
        <HeaderCell>{t("from")}</HeaderCell>
        <HeaderCell>{t("to")}</HeaderCell>
        <HeaderCell>{t("causeColumn")}</HeaderCell>
        <HeaderCell>{words("actor")}</HeaderCell>
        <HeaderCell numeric>{t("epoch")}</HeaderCell>
        {historyPhases.map((phase) => (
          <HeaderCell key={phase} numeric>
            {words(`phase.${phase}`)}
          </HeaderCell>
        ))}
        <HeaderCell numeric>{words("total")}</HeaderCell>
        <HeaderCell>{words("outcome")}</HeaderCell>
      </TableHead>
      <TableBody>
        {records.map((record) => (
          <tr key={record.id}>
            <RowHeader className="font-normal">
              <TimeAt at={record.at} />
            </RowHeader>
            <Cell>{words(`kinds.${record.kind}`)}</Cell>
            <Cell>{record.from ?? "–"}</Cell>
            <Cell>{record.node}</Cell>
            <Cell>{record.cause == null ? "–" : t(`cause.${record.cause}`)}</Cell>
            <Cell>
              <ActorName actor={record.actor} />
            </Cell>
            <Cell numeric>{record.epoch}</Cell>
            {historyPhases.map((phase) => (
              <Cell key={phase} numeric>
                <SecondsText value={record.seconds[phase]} />
              </Cell>
            ))}
            <Cell numeric>
              <SecondsText value={record.seconds.total} />
            </Cell>
            <Cell className="min-w-40">
              <StateMark
                state={record.outcome === "succeeded" ? "done" : "failed"}
                label={words(record.outcome)}
                className="font-normal text-ink"
              />
              {record.detail !== "" && <span className="block text-xs text-muted">{sentence(record.detail)}</span>}
            </Cell>
          </tr>
        ))}
      </TableBody>
    </Table>
  );
}
