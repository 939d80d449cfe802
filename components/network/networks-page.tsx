"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { LiveCluster } from "@/components/cluster/live-cluster";
import { reportOfError } from "@/components/client/error-report";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { CheckCard } from "@/components/network/check-card";
import { attachmentsOf } from "@/components/network/network-model";
import { NetworkPanel } from "@/components/network/network-panel";
import { TopologyCard } from "@/components/network/topology-card";
import { useErrorText } from "@/components/shell/error-report";
import { PageHeader } from "@/components/shell/page-header";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { buttonStyles } from "@/components/ui/button-styles";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { ClusterStatus } from "@/contract/cluster-status";
import { newestCheck } from "@/contract/network-check";

export interface NetworksPageProps {
  clusterId: string;
  mayOperate: boolean;
}

/** Checks are made on the server; this asks for the newest. Longer: a finding made for another reader is shown late. */
const checksRefreshMs = 10_000;

/** The networks of a cluster: faults by name, the cables as they are now, plan beside observation, and every pair's path. */
export function NetworksPage({ clusterId, mayOperate }: NetworksPageProps) {
  return (
    <LiveCluster clusterId={clusterId}>{(status) => <Networks status={status} mayOperate={mayOperate} />}</LiveCluster>
  );
}

function Networks({ status, mayOperate }: { status: ClusterStatus; mayOperate: boolean }) {
  const t = useTranslations("network");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { clusterId } = status;
  const plans = useQuery(trpc.network.current.queryOptions({ clusterId }));
  const checks = useQuery(trpc.network.checks.queryOptions({ clusterId }, { refetchInterval: checksRefreshMs }));
  const measure = useMutation(
    trpc.network.measure.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.network.checks.queryKey({ clusterId }) }),
    }),
  );
  const check = checks.data === undefined ? null : newestCheck(checks.data);
  const isPlanned = plans.data !== undefined;
  const attachments = plans.data === undefined ? [] : attachmentsOf(plans.data, status, check);
  return (
    <div className="print-wide">
      <PageHeader
        title={t("title", { cluster: status.name })}
        note={t("note")}
        actions={
          <span className="flex flex-wrap gap-2 print:hidden">
            <Button
              variant="primary"
              disabledReason={mayOperate ? (isPlanned ? null : t("notPlanned")) : t("needsOperator")}
              pending={measure.isPending || checks.data?.running === "full"}
              onClick={() => measure.mutate({ clusterId })}
            >
              {measure.isPending || checks.data?.running === "full" ? t("measuring") : t("measure")}
            </Button>
            {isPlanned && (
              <Link href={paths.clusterNetworkChange(clusterId)} className={buttonStyles({ variant: "secondary" })}>
                {t("change")}
              </Link>
            )}
          </span>
        }
      />
      <div className="flex flex-col gap-4">
        {measure.error !== null && (
          <Banner alert tone="failed" title={t("measureFailed")}>
            {errorText(measure.error)}
          </Banner>
        )}
        {plans.isPending && <Loading />}
        {plans.error !== null &&
          (reportOfError(plans.error)?.code === "not-found" ? (
            <EmptyState title={t("notPlanned")}>{t("notPlannedWhy")}</EmptyState>
          ) : (
            <Banner tone="unknown" title={t("unreadable")}>
              {errorText(plans.error)}
            </Banner>
          ))}
        {plans.data !== undefined && (
          <>
            <CheckCard checks={checks.data ?? null} error={checks.error} />
            <TopologyCard status={status} attachments={attachments} />
            {plans.data.map((plan) => (
              <NetworkPanel
                key={plan.id}
                plan={plan}
                attachments={attachments.filter(({ network }) => network === plan.id)}
                check={check}
              />
            ))}
          </>
        )}
      </div>
    </div>
  );
}

function Loading() {
  return (
    <div aria-busy className="flex flex-col gap-4">
      <Skeleton className="h-24" />
      <Skeleton className="h-96" />
      <Skeleton className="h-64" />
    </div>
  );
}
