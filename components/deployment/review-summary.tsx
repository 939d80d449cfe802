"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { paths } from "@/components/client/paths";
import { useDraft } from "@/components/deployment/draft-provider";
import { Panel } from "@/components/ui/panel";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { WizardPlace } from "@/contract/deployment";
import { type NetworkPlan, networkDevice } from "@/contract/network-plan";
import { osdCount } from "@/contract/storage-problems";

/** The whole plan at a glance. */
export function ReviewSummary() {
  const t = useTranslations("deployment.review");
  const networks = useTranslations("deployment.networks");
  const { draft } = useDraft();
  const names = draft.nodes.flatMap(({ facts }) => (facts === null ? [] : [facts.hostName]));
  return (
    <Panel title={t("summary", { name: draft.clusterName })} flush>
      <Table caption={t("summary", { name: draft.clusterName })}>
        <TableHead>
          <HeaderCell>{t("what")}</HeaderCell>
          <HeaderCell>{t("planned")}</HeaderCell>
          <HeaderCell>
            <span className="sr-only">{t("change")}</span>
          </HeaderCell>
        </TableHead>
        <TableBody>
          <Row place="nodes" what={t("nodes")}>
            {names.join(", ")}
          </Row>
          {draft.networks.map((plan) => (
            <Row key={plan.id} place="networks" what={networks(`name.${plan.id}`)}>
              <NetworkLine plan={plan} />
            </Row>
          ))}
          <Row place="storage" what={t("storage")}>
            <StorageLine />
          </Row>
          <Row place="image" what={t("image")}>
            <span className="font-mono">{draft.image?.fileName ?? "–"}</span>
          </Row>
          <Row place="configuration" what={t("managementVm")}>
            {t("vmLine", {
              cpu: draft.config?.CPU ?? 0,
              memory: draft.config?.MemorySizeInGB ?? 0,
              addresses: (draft.config?.Network ?? []).map((card) => card.Ipaddr).join("; "),
            })}
          </Row>
        </TableBody>
      </Table>
    </Panel>
  );
}

function Row({ place, what, children }: { place: WizardPlace; what: ReactNode; children: ReactNode }) {
  const t = useTranslations("deployment.review");
  const root = useTranslations("deployment");
  const { draft } = useDraft();
  return (
    <tr>
      <RowHeader className="align-baseline">{what}</RowHeader>
      <Cell>{children}</Cell>
      <Cell className="text-right">
        <Link
          className="text-accent underline underline-offset-2"
          href={paths.newCluster(place, draft.id)}
          aria-label={t("changeNamed", { place: root(`place.${place}.short`) })}
        >
          {t("change")}
        </Link>
      </Cell>
    </tr>
  );
}

/** NICs → bond → bridge → address; each once, what there is none of left out. */
function linkPath(plan: NetworkPlan, on: NetworkPlan["onNodes"][number]): string {
  const address = on.ip === null ? null : `${on.ip}/${plan.prefixLength ?? ""}`;
  const path = [on.nics.join(" + "), plan.bond, networkDevice(plan, on.node), address];
  return [...new Set(path.filter((part) => part !== null && part !== ""))].join(" → ");
}

function NetworkLine({ plan }: { plan: NetworkPlan }) {
  return (
    <ul>
      {plan.onNodes.map((on) => (
        <li key={on.node} className="font-mono text-xs">
          {on.node}: {linkPath(plan, on)} · MTU {plan.mtu}
        </li>
      ))}
    </ul>
  );
}

function StorageLine() {
  const t = useTranslations("deployment.review");
  const { draft } = useDraft();
  const { storage } = draft;
  if (storage === null) return "–";
  if (storage.mode === "existing")
    return t("existingLine", { pool: storage.pool, monitors: storage.monitors.join(", ") });
  return (
    <>
      {t("bootstrapLine", {
        pool: storage.pool,
        osds: osdCount(storage),
        replicas: storage.replicas,
        pgNum: storage.pgNum,
      })}
      {storage.wipeConfirmed.length > 0 && (
        <span className="block text-failed">{t("erased", { disks: storage.wipeConfirmed.join(", ") })}</span>
      )}
    </>
  );
}
