"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC, useTRPCClient } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { TimeAt } from "@/components/shell/time-age";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { type MarkState, StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { AuditEntry } from "@/contract/audit";

const pageEntries = 50;

export function AuditList() {
  const t = useTranslations("settings.audit");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const pages = useInfiniteQuery({
    queryKey: [...trpc.audit.list.pathKey(), "pages"],
    queryFn: ({ pageParam, signal }) => client.audit.list.query({ limit: pageEntries, before: pageParam }, { signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.before,
    refetchOnMount: "always",
  });
  if (pages.isPending) return <Skeleton className="h-64" />;
  // Entries that were read stay on the page when it cannot be read on.
  if (pages.data === undefined) return <Banner tone="unknown" title={errorText(pages.error)} />;
  const entries = pages.data.pages.flatMap((page) => page.entries);
  if (entries.length === 0) return <p className="text-muted">{t("empty")}</p>;
  return (
    <Panel flush>
      {pages.error !== null && <Banner tone="unknown" className="m-3" title={errorText(pages.error)} />}
      <Table caption={t("caption")}>
        <TableHead>
          <HeaderCell>{t("at")}</HeaderCell>
          <HeaderCell>{t("actor")}</HeaderCell>
          <HeaderCell>{t("action")}</HeaderCell>
          <HeaderCell>{t("target")}</HeaderCell>
          <HeaderCell>{t("outcome")}</HeaderCell>
          <HeaderCell>{t("details")}</HeaderCell>
          <HeaderCell>{t("address")}</HeaderCell>
        </TableHead>
        <TableBody>
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </TableBody>
      </Table>
      <div className="flex justify-center border-t border-line p-2">
        {pages.hasNextPage ? (
          <Button pending={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t("older")}
          </Button>
        ) : (
          <p className="py-1 text-xs text-muted">{t("noOlder")}</p>
        )}
      </div>
    </Panel>
  );
}

const outcomeMarks: Record<AuditEntry["outcome"], MarkState> = { done: "done", refused: "needs-you", failed: "failed" };

function Entry({ entry }: { entry: AuditEntry }) {
  const t = useTranslations("settings.audit");
  const facts = Object.entries(entry.facts).map(([name, value]) => `${name}: ${value}`);
  return (
    <tr>
      <RowHeader className="font-normal">
        <TimeAt at={entry.at.toISOString()} />
      </RowHeader>
      <Cell className="font-medium">{entry.actor === "trivet" ? t("panelItself") : entry.actor}</Cell>
      <Cell className="min-w-32">{t(`actions.${entry.action}`)}</Cell>
      <Cell className="font-mono text-xs break-all">{entry.target}</Cell>
      <Cell className="whitespace-nowrap">
        <StateMark
          state={outcomeMarks[entry.outcome]}
          label={t(`outcomes.${entry.outcome}`)}
          className={entry.outcome === "done" ? "font-normal text-ink" : undefined}
        />
      </Cell>
      <Cell className="font-mono text-xs break-all text-muted">{facts.join(" · ")}</Cell>
      <Cell className="font-mono text-xs text-muted">{entry.address}</Cell>
    </tr>
  );
}
