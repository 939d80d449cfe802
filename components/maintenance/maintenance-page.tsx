"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { BracketBanners } from "@/components/cluster/bracket-banners";
import { HeadlineBanner } from "@/components/cluster/headline-banner";
import { LiveCluster } from "@/components/cluster/live-cluster";
import { paths } from "@/components/client/paths";
import { MaintenanceNodeCard } from "@/components/maintenance/maintenance-node-card";
import { MaintenancePlanView } from "@/components/maintenance/maintenance-plan";
import { PowerPanel } from "@/components/maintenance/power-panel";
import { StoppedVms } from "@/components/maintenance/stopped-vms";
import { useMaintenanceLook } from "@/components/client/use-maintenance-look";
import { useErrorText } from "@/components/shell/error-report";
import { DashboardLink } from "@/components/shell/dashboard-link";
import { PageHeader } from "@/components/shell/page-header";
import { Banner } from "@/components/ui/banner";
import { buttonStyles } from "@/components/ui/button-styles";
import { Panel } from "@/components/ui/panel";
import { clusterHeadline } from "@/contract/cluster-headline";
import type { ClusterStatus } from "@/contract/cluster-status";
import { type MaintenanceKind, maintenanceKindSchema } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";

export interface MaintenancePageProps {
  clusterId: string;
  mayOperate: boolean;
}

export interface ChosenMaintenance {
  kind: MaintenanceKind;
  subject: string;
}

/** Take a node or the cluster down and up: what is safe now, what is still open, and the plan before anything is touched. */
export function MaintenancePage({ clusterId, mayOperate }: MaintenancePageProps) {
  return (
    <LiveCluster clusterId={clusterId}>
      {(status) => <Maintenance status={status} mayOperate={mayOperate} />}
    </LiveCluster>
  );
}

function useChosen(): ChosenMaintenance | null {
  const query = useSearchParams();
  const kind = maintenanceKindSchema.safeParse(query.get("kind"));
  const subject = query.get("subject");
  return kind.success && subject !== null ? { kind: kind.data, subject } : null;
}

function Maintenance({ status, mayOperate }: { status: ClusterStatus; mayOperate: boolean }) {
  const t = useTranslations("maintenance");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const chosen = useChosen();
  const { clusterId } = status;
  const { look, beside } = useMaintenanceLook(clusterId);
  return (
    <>
      <PageHeader
        title={t("title", { cluster: status.name })}
        note={t("note")}
        actions={<DashboardLink clusterId={clusterId} />}
      />
      <div className="flex flex-col gap-4">
        <HeadlineBanner headline={clusterHeadline(status)} />
        {look.error !== null && (
          <Banner tone="unknown" stateLabel={shell("state.unknown")} title={t("unreadable")}>
            {errorText(look.error)}
          </Banner>
        )}
        <BracketBanners status={status} />
        {chosen !== null && (
          <MaintenancePlanView
            key={`${chosen.kind} ${chosen.subject}`}
            {...{ status, chosen, mayOperate, beside: beside(chosen.subject) }}
          />
        )}
        <section aria-labelledby="maintenance-nodes">
          <h2 id="maintenance-nodes" className="pb-2 text-base font-semibold">
            {t("nodes")}
          </h2>
          <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
            {status.nodes.map((node) => (
              <MaintenanceNodeCard key={node.name} status={status} node={node} beside={beside(node.name)} />
            ))}
          </div>
        </section>
        <Panel title={t("whole")}>
          <p className="pb-3 text-muted">{t("wholeText")}</p>
          <div className="flex flex-wrap gap-2">
            {(["cluster-down", "cluster-up"] as const).map((kind) => (
              <Link
                key={kind}
                href={paths.clusterMaintenance(clusterId, { kind, subject: wholeCluster })}
                className={buttonStyles({ variant: "secondary" })}
              >
                {t(`kind.${kind}.choose`)}
              </Link>
            ))}
          </div>
        </Panel>
        <StoppedVms clusterId={clusterId} platform={look.data?.platform ?? null} mayOperate={mayOperate} />
        <PowerPanel clusterId={clusterId} mayOperate={mayOperate} />
      </div>
    </>
  );
}
