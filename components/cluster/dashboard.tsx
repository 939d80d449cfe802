"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { DashboardView } from "@/components/cluster/dashboard-view";
import { useClusterStatus } from "@/components/cluster/use-cluster-status";
import { useNodeFacts } from "@/components/cluster/use-node-facts";
import { reportOfError } from "@/components/client/error-report";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { buttonStyles } from "@/components/ui/button-styles";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";

/** Asks once whether there is such a cluster, then follows it. */
export function Dashboard({ clusterId }: { clusterId: string }) {
  const errorText = useErrorText();
  const t = useTranslations("cluster");
  const summary = useQuery(useTRPC().cluster.get.queryOptions({ clusterId }));
  if (summary.isPending) return <Connecting />;
  if (summary.isSuccess)
    return <LiveDashboard clusterId={clusterId} nodes={summary.data.nodes.map((node) => node.name)} />;
  const missing = reportOfError(summary.error)?.code === "not-found";
  return (
    <EmptyState
      headingLevel={1}
      title={missing ? t("dashboard.notFound") : t("dashboard.unreadable")}
      action={
        <Link href={paths.clusters()} className={buttonStyles({ variant: "primary" })}>
          {t("list.title")}
        </Link>
      }
    >
      {!missing && errorText(summary.error)}
    </EmptyState>
  );
}

function LiveDashboard({ clusterId, nodes }: { clusterId: string; nodes: readonly string[] }) {
  const t = useTranslations("cluster.dashboard");
  const errorText = useErrorText();
  const { status, clockOffsetMs, clientIo, interruption } = useClusterStatus(clusterId);
  const facts = useNodeFacts(clusterId, nodes);
  return (
    <>
      {interruption !== null && (
        <Banner alert tone="unknown" className="mb-4" title={t("streamLost")}>
          {errorText(interruption)}
        </Banner>
      )}
      {status === null ? (
        <Connecting />
      ) : (
        <DashboardView status={status} facts={facts} clientIo={clientIo} clockOffsetMs={clockOffsetMs} />
      )}
    </>
  );
}

/** Holds the page's shape until the first status has arrived. */
function Connecting() {
  const t = useTranslations("cluster.dashboard");
  return (
    <div aria-busy className="flex flex-col gap-4">
      <h1 className="sr-only">{t("connecting")}</h1>
      <Skeleton className="h-8 w-56" />
      <Skeleton className="h-16" />
      <Skeleton className="h-80" />
      <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
        <Skeleton className="h-72" />
        <Skeleton className="h-72" />
        <Skeleton className="h-72" />
      </div>
    </div>
  );
}
