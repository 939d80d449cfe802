"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { type DrillRow, DrillTrends } from "@/components/drill/drill-trends";
import { PhaseFigures, SecondsText } from "@/components/ha/phase-figures";
import { useErrorText } from "@/components/shell/error-report";
import { runMarks } from "@/components/shell/runs-tray";
import { TimeAt } from "@/components/shell/time-age";
import { Banner } from "@/components/ui/banner";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { type MarkState, StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { DrillVerdict } from "@/contract/drill";

/** Longer: a drill that ended still reads as going on. Shorter: queries for nobody. */
const refreshMs = 5_000;

const verdictMarks: Record<DrillVerdict, MarkState> = {
  "as-promised": "done",
  slower: "needs-you",
  elsewhere: "failed",
};

export function DrillHistory({ clusterId }: { clusterId: string }) {
  const t = useTranslations("drill.history");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const drills = useQuery(useTRPC().drill.list.queryOptions({ clusterId }, { refetchInterval: refreshMs }));
  return (
    <Panel title={t("title")} flush>
      {drills.error !== null && (
        <Banner tone="unknown" stateLabel={shell("state.unknown")} title={t("unreadable")} className="m-4">
          {errorText(drills.error)}
        </Banner>
      )}
      {drills.isPending && <Skeleton className="m-4 h-24" />}
      {drills.data?.length === 0 && <p className="p-4 text-muted">{t("empty")}</p>}
      {drills.data !== undefined && drills.data.length > 0 && (
        <>
          <DrillTrends drills={drills.data} />
          <DrillTable drills={drills.data} />
        </>
      )}
    </Panel>
  );
}

function DrillTable({ drills }: { drills: readonly DrillRow[] }) {
  const t = useTranslations("drill.history");
  const faults = useTranslations("drill.fault");
  const shell = useTranslations("shell");
  return (
    <Table caption={t("title")}>
      <TableHead>
        <HeaderCell>{t("at")}</HeaderCell>
        <HeaderCell>{t("fault")}</HeaderCell>
        <HeaderCell>{t("where")}</HeaderCell>
        <HeaderCell>{t("verdict")}</HeaderCell>
        <HeaderCell numeric>{t("running")}</HeaderCell>
        <HeaderCell numeric>{t("guest")}</HeaderCell>
        <HeaderCell numeric>{t("silent")}</HeaderCell>
        <HeaderCell>{t("phases")}</HeaderCell>
        <HeaderCell>{t("by")}</HeaderCell>
      </TableHead>
      <TableBody>
        {drills.map(({ runId, at, actor, state, input, result }) => (
          <tr key={runId}>
            <RowHeader className="font-normal">
              <Link href={paths.run(runId)} className="rounded-sm text-accent underline underline-offset-2">
                <TimeAt at={at.toISOString()} />
              </Link>
            </RowHeader>
            <Cell>{faults(`${input.fault}.title`)}</Cell>
            <Cell className="whitespace-nowrap">
              {result === null ? input.owner : t("fromTo", { from: result.before.node, to: result.after.node })}
            </Cell>
            <Cell className="whitespace-nowrap">
              {result === null ? (
                <StateMark state={runMarks[state]} label={shell(`runState.${state}`)} className="font-normal" />
              ) : (
                <StateMark
                  state={verdictMarks[result.verdict]}
                  label={t(`verdicts.${result.verdict}`)}
                  className="font-normal text-ink"
                />
              )}
            </Cell>
            <Cell numeric>
              <SecondsText value={result?.runningSeconds} />
              <span className="block text-xs text-muted">
                {t("promised")} <SecondsText value={input.promise.runningSeconds} />
              </span>
            </Cell>
            <Cell numeric>
              <SecondsText value={result?.guestSeconds} />
            </Cell>
            <Cell numeric>
              <SecondsText value={result?.silentSeconds} />
            </Cell>
            <Cell className="min-w-48">
              {result?.record == null ? "–" : <PhaseFigures seconds={result.record.seconds} />}
            </Cell>
            <Cell>{actor}</Cell>
          </tr>
        ))}
      </TableBody>
    </Table>
  );
}
