"use client";

import { useSearchParams } from "next/navigation";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { LiveCluster } from "@/components/cluster/live-cluster";
import { paths } from "@/components/client/paths";
import { ForgetCluster } from "@/components/lifecycle/forget-cluster";
import { GuestAgentCard } from "@/components/lifecycle/guest-agent-card";
import { InstallAgentOrder } from "@/components/lifecycle/install-agent-order";
import { MigrateOrder } from "@/components/lifecycle/migrate-order";
import { PasswordOrder } from "@/components/lifecycle/password-order";
import { SuiteVersions } from "@/components/lifecycle/suite-versions";
import { UninstallOrder } from "@/components/lifecycle/uninstall-order";
import { UpgradeOrder } from "@/components/lifecycle/upgrade-order";
import { PageHeader } from "@/components/shell/page-header";
import { buttonStyles } from "@/components/ui/button-styles";
import { Panel } from "@/components/ui/panel";
import type { ClusterStatus } from "@/contract/cluster-status";
import { type LifecycleKind, lifecycleKindSchema, lifecycleKinds } from "@/contract/lifecycle";

export interface SuitePageProps {
  clusterId: string;
  mayOperate: boolean;
}

/** The suite on the nodes: which versions run, and what is done to it and to the management VM as a whole. */
export function SuitePage({ clusterId, mayOperate }: SuitePageProps) {
  return (
    <LiveCluster clusterId={clusterId}>{(status) => <Suite status={status} mayOperate={mayOperate} />}</LiveCluster>
  );
}

function Suite({ status, mayOperate }: { status: ClusterStatus; mayOperate: boolean }) {
  const t = useTranslations("lifecycle");
  const parsed = lifecycleKindSchema.safeParse(useSearchParams().get("do"));
  const chosen: LifecycleKind | null = parsed.success ? parsed.data : null;
  const { clusterId } = status;
  const order = { status, mayOperate };
  return (
    <>
      <PageHeader title={t("title", { cluster: status.name })} note={t("note")} />
      <div className="flex flex-col gap-4">
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <SuiteVersions clusterId={clusterId} />
          <GuestAgentCard clusterId={clusterId} />
        </div>
        <Panel title={t("choose")}>
          <nav aria-label={t("choose")} className="flex flex-wrap gap-2 print:hidden">
            {lifecycleKinds.map((kind) => (
              <Link
                key={kind}
                href={kind === "update-config" ? paths.clusterConfig(clusterId) : paths.clusterSuite(clusterId, kind)}
                aria-current={kind === chosen ? "true" : undefined}
                className={buttonStyles({ variant: kind === chosen ? "primary" : "secondary" })}
              >
                {t(`kind.${kind}.choose`)}
              </Link>
            ))}
          </nav>
        </Panel>
        {chosen === "upgrade-suite" && <UpgradeOrder {...order} />}
        {chosen === "migrate-vm" && <MigrateOrder {...order} />}
        {chosen === "reset-password" && <PasswordOrder {...order} />}
        {chosen === "install-guest-agent" && <InstallAgentOrder {...order} />}
        {chosen === "uninstall-suite" && <UninstallOrder {...order} />}
        <ForgetCluster {...order} />
      </div>
    </>
  );
}
