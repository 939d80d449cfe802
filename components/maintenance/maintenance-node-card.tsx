"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { nodeMark, nodeWord, powerOffMarks } from "@/components/cluster/marks";
import { paths } from "@/components/client/paths";
import { useSentence } from "@/components/shell/use-sentence";
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
  const sentence = useSentence();
  const word = nodeWord(node);
  const { light, reasons } = powerOffLight(status, node.name, beside);
  const hasVm = status.owner.state === "known" && status.owner.value?.node === node.name;
  const isOff = node.link.state === "known" && !node.link.value.reachable;
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
        <div className="rounded-md border border-line bg-sunken px-3 py-2" aria-live="polite">
          <StateMark
            state={powerOffMarks[light]}
            label={light === "safe" && isOff ? cluster("powerOff.safeOff") : cluster(`powerOff.${light}`)}
          />
          {reasons.length > 0 && (
            <ul className="mt-1 list-disc pl-5 text-xs text-muted">
              {reasons.map((reason) => (
                <li key={reason.code}>{sentence(reason.sentence)}</li>
              ))}
            </ul>
          )}
        </div>
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
