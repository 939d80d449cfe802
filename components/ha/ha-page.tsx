"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { ClusterBanners } from "@/components/cluster/cluster-banners";
import { LiveCluster } from "@/components/cluster/live-cluster";
import { paths } from "@/components/client/paths";
import { FailoverHistory } from "@/components/ha/failover-history";
import { StandbyTable } from "@/components/ha/standby-table";
import { StateNow } from "@/components/ha/state-now";
import { DashboardLink } from "@/components/shell/dashboard-link";
import { PageHeader } from "@/components/shell/page-header";
import { ReadingAge } from "@/components/cluster/reading-age";
import { buttonStyles } from "@/components/ui/button-styles";

/** Who runs the management VM, who could, what stands in the way, and how long it took the last times. */
export function HaPage({ clusterId }: { clusterId: string }) {
  const t = useTranslations("ha");
  return (
    <LiveCluster clusterId={clusterId}>
      {(status) => (
        <>
          <PageHeader
            title={t("title", { cluster: status.name })}
            note={
              <>
                {t("read")} <ReadingAge at={status.at} />
              </>
            }
            actions={
              <>
                <DashboardLink clusterId={clusterId} />
                <Link
                  href={paths.clusterSuite(clusterId, "migrate-vm")}
                  className={buttonStyles({ variant: "secondary" })}
                >
                  {t("migrate")}
                </Link>
                <Link href={paths.clusterDrills(clusterId)} className={buttonStyles({ variant: "primary" })}>
                  {t("drills")}
                </Link>
              </>
            }
          />
          <div className="flex flex-col gap-4">
            <ClusterBanners status={status} />
            <div className="grid items-start gap-4 xl:grid-cols-2">
              <StateNow status={status} />
              <StandbyTable status={status} />
            </div>
            <FailoverHistory reading={status.ha} />
          </div>
        </>
      )}
    </LiveCluster>
  );
}
