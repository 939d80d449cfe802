"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { useDraft } from "@/components/deployment/draft-provider";
import { Banner } from "@/components/ui/banner";
import { buttonStyles } from "@/components/ui/button-styles";
import { DefinitionList } from "@/components/ui/definition-list";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import type { DeploymentDraft } from "@/contract/deployment";
import { parsePerNode } from "@/contract/ha-config";
import { reservedMemory } from "@/contract/sizing";

/** The platform's own UI listens here (A20). */
const platformPort = 5000;

export function DonePlace() {
  const t = useTranslations("deployment.done");
  const { draft, server } = useDraft();
  const { run, clusterId } = server;
  if (run === null || clusterId === null)
    return (
      <EmptyState
        title={t("notStarted")}
        action={
          <Link className={buttonStyles({ variant: "primary" })} href={paths.newCluster("review", draft.id)}>
            {t("toReview")}
          </Link>
        }
      />
    );
  const finished = run.state === "succeeded";
  return (
    <>
      <Banner
        tone={finished ? "good" : "note"}
        stateLabel={t("state")}
        title={finished ? t("succeeded", { name: draft.clusterName }) : t("underWay")}
        actions={
          <>
            <Link className={buttonStyles({})} href={paths.run(run.id)}>
              {t("run")}
            </Link>
            <Link className={buttonStyles({ variant: "primary" })} href={paths.cluster(clusterId)}>
              {t("dashboard")}
            </Link>
          </>
        }
      />
      <Panel title={t("platform")}>
        <ul className="flex flex-col gap-1">
          {managementAddresses(draft).map((ip) => (
            <li key={ip}>
              <a className="text-accent underline underline-offset-2" href={`http://${ip}:${platformPort}`}>
                {`http://${ip}:${platformPort}`}
              </a>
            </li>
          ))}
        </ul>
      </Panel>
      <ReservedMemory draft={draft} />
    </>
  );
}

/** Where the management VM answers: one address, or one per node it may run on. */
function managementAddresses(draft: DeploymentDraft): string[] {
  const card = (draft.config?.Network ?? []).find((each) => each.IsMgmt);
  const parsed = card === undefined ? null : parsePerNode(card.Ipaddr);
  if (parsed === null) return [];
  return parsed.kind === "all" ? [parsed.value] : Object.values(parsed.byNode);
}

export function osdsPerNode(draft: DeploymentDraft): number {
  if (draft.storage?.mode === "existing") return draft.storage.osdsPerNode;
  return Math.max(0, ...Object.values(draft.storage?.disks ?? {}).map((disks) => disks.length));
}

function ReservedMemory({ draft }: { draft: DeploymentDraft }) {
  const t = useTranslations("deployment.done");
  const osds = osdsPerNode(draft);
  const media = draft.storage?.media ?? "hybrid";
  const reserved = reservedMemory({ osdsPerNode: osds, media, managementVmGb: draft.config?.MemorySizeInGB ?? 0 });
  return (
    <Panel title={t("reserved")}>
      <DefinitionList
        items={[
          {
            key: "ceph",
            term: t("ceph", { osds, perOsd: media === "hybrid" ? 6 : 4 }),
            value: `${reserved.cephGb} GB`,
          },
          { key: "vm", term: t("managementVm"), value: `${reserved.managementVmGb} GB` },
          { key: "virt", term: t("virtualization"), value: `${reserved.virtualizationGb} GB` },
          { key: "total", term: t("total"), value: <strong>{reserved.totalGb} GB</strong> },
        ]}
      />
      <p className="pt-2 text-xs text-muted">
        {draft.platform.kind === "zstack" ? t("reservedSet") : t("reservedByHand")}
      </p>
    </Panel>
  );
}
