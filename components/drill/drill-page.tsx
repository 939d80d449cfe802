"use client";

import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { LiveCluster } from "@/components/cluster/live-cluster";
import { paths } from "@/components/client/paths";
import { DrillChooser } from "@/components/drill/drill-chooser";
import { DrillHistory } from "@/components/drill/drill-history";
import { DrillPlanView } from "@/components/drill/drill-plan";
import { PageHeader } from "@/components/shell/page-header";
import { buttonStyles } from "@/components/ui/button-styles";
import { drillFaultSchema } from "@/contract/drill";

export interface DrillPageProps {
  clusterId: string;
  mayOperate: boolean;
}

/** Choose a fault, see what would happen and what holds it back, run it, compare it with what was promised. */
export function DrillPage({ clusterId, mayOperate }: DrillPageProps) {
  const t = useTranslations("drill");
  const router = useRouter();
  const chosen = drillFaultSchema.safeParse(useSearchParams().get("fault"));
  const fault = chosen.success ? chosen.data : null;
  return (
    <LiveCluster clusterId={clusterId}>
      {(status) => (
        <>
          <PageHeader
            title={t("title", { cluster: status.name })}
            note={t("note")}
            actions={
              <Link href={paths.clusterHa(clusterId)} className={buttonStyles({ variant: "secondary" })}>
                {t("haPage")}
              </Link>
            }
          />
          <div className="flex flex-col gap-4">
            <DrillChooser
              fault={fault}
              onChoose={(next) => router.replace(paths.clusterDrills(clusterId, next), { scroll: false })}
            />
            {fault !== null && <DrillPlanView key={fault} {...{ status, fault, mayOperate }} />}
            <DrillHistory clusterId={clusterId} />
          </div>
        </>
      )}
    </LiveCluster>
  );
}
