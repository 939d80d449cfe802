"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { PageHeader } from "@/components/shell/page-header";
import { runMarks } from "@/components/shell/runs-tray";
import { TimeAge } from "@/components/shell/time-age";
import { useTimeText } from "@/components/shell/use-time-text";
import { Banner } from "@/components/ui/banner";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";

/** Longer: a run that ended still reads "running". Shorter: queries for nobody. */
const refreshMs = 5_000;
const rowsMax = 100;

export function RunList({ clusterId }: { clusterId: string | null }) {
  const t = useTranslations("run.list");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const { duration } = useTimeText();
  const runs = useQuery(
    useTRPC().run.list.queryOptions(
      { limit: rowsMax, ...(clusterId === null ? {} : { clusterId }) },
      { refetchInterval: refreshMs },
    ),
  );
  return (
    <>
      <PageHeader title={t("title")} note={t("note")} />
      {runs.error !== null && (
        <Banner tone="unknown" stateLabel={shell("state.unknown")} title={t("unreadable")} className="mb-3">
          {errorText(runs.error)}
        </Banner>
      )}
      {runs.data === undefined && runs.error === null && <Skeleton className="h-48 w-full" />}
      {runs.data?.length === 0 && <EmptyState title={t("none")}>{t("noneMeans")}</EmptyState>}
      {runs.data !== undefined && runs.data.length > 0 && (
        <Panel flush>
          <Table caption={t("title")}>
            <TableHead>
              <HeaderCell>{t("run")}</HeaderCell>
              <HeaderCell>{t("cluster")}</HeaderCell>
              <HeaderCell>{t("state")}</HeaderCell>
              <HeaderCell>{t("by")}</HeaderCell>
              <HeaderCell>{t("started")}</HeaderCell>
              <HeaderCell numeric>{t("took")}</HeaderCell>
            </TableHead>
            <TableBody>
              {runs.data.map((run) => (
                <tr key={run.id}>
                  <RowHeader>
                    <Link href={paths.run(run.id)} className="rounded-sm text-accent underline underline-offset-2">
                      {shell(`runKind.${run.kind}`)}
                    </Link>
                  </RowHeader>
                  <Cell>{run.clusterName}</Cell>
                  <Cell>
                    <StateMark state={runMarks[run.state]} label={shell(`runState.${run.state}`)} />
                  </Cell>
                  <Cell>{run.actor}</Cell>
                  <Cell>
                    <TimeAge at={run.createdAt.toISOString()} />
                  </Cell>
                  <Cell numeric>
                    {run.finishedAt === null
                      ? "–"
                      : duration(Math.round((run.finishedAt.getTime() - run.createdAt.getTime()) / 1000))}
                  </Cell>
                </tr>
              ))}
            </TableBody>
          </Table>
        </Panel>
      )}
    </>
  );
}
