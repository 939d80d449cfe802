"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { nodeMark, nodeWord } from "@/components/cluster/marks";
import { PowerOffVerdict } from "@/components/cluster/power-off-verdict";
import { paths } from "@/components/client/paths";
import { Badge } from "@/components/ui/badge";
import { buttonStyles } from "@/components/ui/button-styles";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import type { ClusterStatus, NodeStatus } from "@/contract/cluster-status";
import type { GuardFacts } from "@/contract/maintenance-guards";
import { powerOffLight } from "@/contract/power-off-light";

export interface MaintenanceNodeCardProps {
  status: ClusterStatus;
  node: NodeStatus;
  beside: Pick<GuardFacts, "activeRun" | "okToStop" | "open">;
}

/** May this machine lose power now, why not, and the two ways on. */
export function MaintenanceNodeCard({ status, node, beside }: MaintenanceNodeCardProps) {
  const t = useTranslations("maintenance");
  const cluster = useTranslations("cluster");
  const word = nodeWord(node);
  const hasVm = status.owner.state === "known" && status.owner.value?.node === node.name;
  return (
    <Panel
      headingLevel={3}
      className="h-full"
      title={
        <span className="flex flex-wrap items-center gap-2">
          <StateMark state={nodeMark(word)} label={cluster(`nodeState.${word}`)} labelHidden size="md" />
          {node.name}
          {hasVm && <Badge tone="accent">{cluster("node.hasVm")}</Badge>}
        </span>
      }
    >
      <div className="flex h-full flex-col justify-between gap-3">
        <PowerOffVerdict node={node} verdict={powerOffLight(status, node.name, beside)} announced />
        <div className="flex flex-wrap gap-2">
          {(["node-down", "node-up"] as const).map((kind) => (
            <Link
              key={kind}
              href={paths.clusterMaintenance(status.clusterId, { kind, subject: node.name })}
              aria-label={t(`kind.${kind}.chooseNode`, { node: node.name })}
              className={buttonStyles({ variant: "secondary" })}
            >
              {t(`kind.${kind}.choose`)}
            </Link>
          ))}
        </div>
      </div>
    </Panel>
  );
}
