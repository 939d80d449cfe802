"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { ClusterRow } from "@/components/cluster/cluster-row";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { Mark } from "@/components/shell/mark";
import { PageHeader } from "@/components/shell/page-header";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { buttonStyles } from "@/components/ui/button-styles";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { HeaderCell, Table, TableBody, TableHead } from "@/components/ui/table";
import { refreshSeconds } from "@/contract/cluster-status";

/** As often as the fastest reading behind it changes. */
const listRefreshMs = refreshSeconds.link * 1000;

export interface ClusterListProps {
  mayOperate: boolean;
}

export function ClusterList({ mayOperate }: ClusterListProps) {
  const t = useTranslations("cluster.list");
  const errorText = useErrorText();
  const clusters = useQuery(useTRPC().cluster.list.queryOptions(undefined, { refetchInterval: listRefreshMs }));
  const begin = (text: string) =>
    mayOperate ? (
      <Link href={paths.newCluster()} className={buttonStyles({ variant: "primary" })}>
        <Plus aria-hidden />
        {text}
      </Link>
    ) : (
      <Button disabledReason={t("newReason")}>{text}</Button>
    );
  const empty = clusters.data?.length === 0;
  return (
    <>
      <PageHeader title={t("title")} actions={!empty && begin(t("new"))} />
      {clusters.isPending && <Skeleton className="h-40" />}
      {clusters.isError && (
        <Banner tone="unknown" className="mb-4" title={t("unreadable")}>
          {errorText(clusters.error)}
        </Banner>
      )}
      {empty && (
        <Panel>
          <EmptyState picture={<Mark className="size-14" />} title={t("emptyTitle")} action={begin(t("emptyAction"))}>
            {t("emptyText")}
          </EmptyState>
        </Panel>
      )}
      {clusters.data !== undefined && !empty && (
        <Panel flush>
          <Table caption={t("caption")}>
            <TableHead>
              <HeaderCell>{t("name")}</HeaderCell>
              <HeaderCell>{t("state")}</HeaderCell>
              <HeaderCell>{t("nodes")}</HeaderCell>
              <HeaderCell>{t("quorum")}</HeaderCell>
              <HeaderCell>{t("storage")}</HeaderCell>
              <HeaderCell>{t("brackets")}</HeaderCell>
              <HeaderCell>{t("lastEvent")}</HeaderCell>
            </TableHead>
            <TableBody>
              {clusters.data.map((cluster) => (
                <ClusterRow key={cluster.id} cluster={cluster} receivedAtMs={clusters.dataUpdatedAt} />
              ))}
            </TableBody>
          </Table>
        </Panel>
      )}
    </>
  );
}
