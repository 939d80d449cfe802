"use client";

import { useTranslations } from "next-intl";
import { UnknownBecause } from "@/components/cluster/observed-value";
import { FailoverTable } from "@/components/ha/failover-table";
import { PhaseFigures, SecondsText } from "@/components/ha/phase-figures";
import { measuredPhases, phaseShades } from "@/components/ha/phases";
import { ReadingAge } from "@/components/cluster/reading-age";
import { TimeAt } from "@/components/shell/time-age";
import { useSentence } from "@/components/shell/use-sentence";
import { cn } from "@/components/ui/cn";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import type { HistoryRecord } from "@/contract/consul-keys";
import type { HaStatus } from "@/contract/ha-status";
import type { Observed } from "@/contract/observed";

/** The last starts, moves and failovers as bars on one scale, and the same as a table. */
export function FailoverHistory({ reading }: { reading: Observed<HaStatus> }) {
  const t = useTranslations("ha.history");
  return (
    <Panel title={t("title")} aside={<ReadingAge at={reading.at} />} flush>
      {reading.state === "unknown" ? (
        <div className="p-4">
          <UnknownBecause reason={reading.reason} at={reading.at} />
        </div>
      ) : (
        <History records={reading.value.history.toSorted((a, b) => b.at.localeCompare(a.at))} />
      )}
    </Panel>
  );
}

function History({ records }: { records: readonly HistoryRecord[] }) {
  const t = useTranslations("ha.history");
  if (records.length === 0) return <p className="p-4 text-muted">{t("empty")}</p>;
  const longest = Math.max(0, ...records.map(barSeconds));
  return (
    <>
      <ol aria-label={t("bars")} className="flex flex-col">
        {records.map((record) => (
          <Bar key={record.id} record={record} longest={longest} />
        ))}
      </ol>
      <details className="border-t border-line">
        <summary className="px-4 py-2 font-medium">{t("asTable")}</summary>
        <FailoverTable records={records} />
      </details>
    </>
  );
}

const barSeconds = ({ seconds }: HistoryRecord): number =>
  measuredPhases(seconds).reduce((sum, { value }) => sum + value, 0);

function Bar({ record, longest }: { record: HistoryRecord; longest: number }) {
  const t = useTranslations("ha.history");
  const words = useTranslations("cluster.history");
  const sentence = useSentence();
  const measured = measuredPhases(record.seconds);
  const isFailed = record.outcome === "failed";
  return (
    <li className="grid gap-x-4 gap-y-1 border-line px-4 py-2.5 not-last:border-b md:grid-cols-[17rem_minmax(0,1fr)_5rem]">
      <div>
        <p className="font-medium">
          {words(`kinds.${record.kind}`)}{" "}
          <span className="font-normal">
            {record.from === null ? record.node : t("fromTo", { from: record.from, to: record.node })}
          </span>
        </p>
        <p className="text-xs text-muted">
          <TimeAt at={record.at} />
          {record.cause != null && <> · {t(`cause.${record.cause}`)}</>}
        </p>
      </div>
      <div className="flex min-w-0 flex-col justify-center gap-1.5">
        {measured.length > 0 && (
          <div aria-hidden className="h-3">
            <div
              className="flex h-full min-w-1 overflow-hidden rounded-xs border border-line-strong"
              style={{ width: `${longest === 0 ? 0 : (barSeconds(record) / longest) * 100}%` }}
            >
              {measured.map(({ phase, value }) => (
                <span
                  key={phase}
                  className={cn("min-w-px border-line-strong not-last:border-r", phaseShades[phase])}
                  style={{ flexGrow: value, flexBasis: 0 }}
                />
              ))}
            </div>
          </div>
        )}
        <PhaseFigures seconds={record.seconds} />
        {isFailed && <StateMark state="failed" label={t("failedBecause", { detail: sentence(record.detail) })} />}
      </div>
      <p className="self-center font-semibold md:text-right">
        <SecondsText value={record.seconds.total} />
      </p>
    </li>
  );
}
