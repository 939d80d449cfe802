"use client";

import { ExternalLink } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { vmMarks } from "@/components/cluster/marks";
import { ObservedValue } from "@/components/cluster/observed-value";
import { ReadingAge } from "@/components/cluster/reading-age";
import { TimeAge, TimeAt } from "@/components/shell/time-age";
import { useTimeText } from "@/components/shell/use-time-text";
import { Button } from "@/components/ui/button";
import { buttonStyles } from "@/components/ui/button-styles";
import { cn } from "@/components/ui/cn";
import { type Definition, DefinitionList } from "@/components/ui/definition-list";
import { Panel } from "@/components/ui/panel";
import { Progress } from "@/components/ui/progress";
import { StateMark } from "@/components/ui/state-mark";
import type { HistoryRecord } from "@/contract/consul-keys";
import type { ClusterStatus } from "@/contract/cluster-status";
import type { HaStatus } from "@/contract/ha-status";
import type { Observed } from "@/contract/observed";

/** Port of the platform's own web interface, fixed by the manual. */
const managementUiPort = 5000;

type VmPart = Pick<HaStatus, "managementVm" | "managementIps" | "publicIps" | "configVersion" | "lastStart">;

export interface ManagementVmCardProps extends Pick<ClusterStatus, "config" | "operation"> {
  ha: Observed<VmPart>;
}

/** Of each card of the dashboard: drawn anew only when one of its own readings changes. */
export const ManagementVmCard = memo(function ManagementVmCard({
  ha: reading,
  config,
  operation,
}: ManagementVmCardProps) {
  const t = useTranslations("cluster.vm");
  return (
    <Panel title={t("title")} aside={<ReadingAge at={reading.at} />}>
      <ObservedValue reading={reading}>
        {(ha) => <ManagementVm ha={ha} config={config} operation={operation} />}
      </ObservedValue>
    </Panel>
  );
});

interface ManagementVmProps extends Omit<ManagementVmCardProps, "ha"> {
  ha: VmPart;
}

function ManagementVm({ ha, config, operation: underWay }: ManagementVmProps) {
  const t = useTranslations("cluster.vm");
  const vm = ha.managementVm;
  const address = ha.managementIps[0];
  const newest = config.state === "known" ? (config.value?.version ?? null) : ha.configVersion;
  const items: Definition[] = [
    { key: "where", term: t("where"), value: vm.node ?? t("nowhere") },
    ...(vm.since === null ? [] : [{ key: "since", term: t("since"), value: <Since at={vm.since} /> }]),
    ...(vm.epoch === null ? [] : [{ key: "epoch", term: t("epoch"), value: vm.epoch }]),
    {
      key: "address",
      term: t("addresses"),
      value: <span className="font-mono text-xs">{ha.managementIps.join(", ") || t("noAddress")}</span>,
    },
    ...(ha.publicIps.length === 0
      ? []
      : [
          {
            key: "public",
            term: t("publicAddress"),
            value: <span className="font-mono text-xs">{ha.publicIps.join(", ")}</span>,
          },
        ]),
    ...(newest === null
      ? []
      : [{ key: "config", term: t("config"), value: configText(t, vm.appliedConfigVersion, newest) }]),
  ];
  if (ha.lastStart !== null)
    items.push({ key: "last-start", term: t("lastStart"), value: <LastStart record={ha.lastStart} /> });
  const operation = underWay.state === "known" ? underWay.value : null;
  const moving = operation !== null && operation.phase !== "done" && operation.phase !== "failed";
  return (
    <div className="flex flex-col gap-3">
      <StateMark state={vmMarks[vm.state]} label={t(`state.${vm.state}`)} size="md" className="text-lg" />
      {moving && (
        <Progress
          label={t(`operation.${operation.kind}`, { source: operation.source, target: operation.target ?? "" })}
          fraction={operation.percent === null ? null : operation.percent / 100}
          text={`${t(`operation.${operation.kind}`, { source: operation.source, target: operation.target ?? "" })} · ${t(`operationPhase.${operation.phase}`)}`}
        />
      )}
      <DefinitionList items={items} />
      <div>
        {address === undefined ? (
          <Button disabledReason={t("openReason")}>{t("open")}</Button>
        ) : (
          <a
            href={`http://${address}:${managementUiPort}`}
            target="_blank"
            rel="noreferrer"
            title={t("opensNew")}
            className={cn(
              buttonStyles({ variant: "secondary" }),
              "h-auto min-h-8 max-w-full self-start py-1 whitespace-normal",
            )}
          >
            {t("open")}
            <ExternalLink aria-hidden />
            <span className="sr-only">{t("opensNew")}</span>
          </a>
        )}
      </div>
    </div>
  );
}

function Since({ at }: { at: string }) {
  return (
    <>
      <TimeAt at={at} /> <TimeAge at={at} />
    </>
  );
}

function LastStart({ record }: { record: HistoryRecord }) {
  const t = useTranslations("cluster");
  const { duration } = useTimeText();
  const kind = t(`history.kinds.${record.kind}`);
  const { total } = record.seconds;
  return total === undefined
    ? t("vm.lastStartBy", { kind, actor: record.actor })
    : t("vm.lastStartIn", { kind, actor: record.actor, duration: duration(total) });
}

function configText(
  t: ReturnType<typeof useTranslations<"cluster.vm">>,
  applied: number | null,
  newest: number,
): string {
  if (applied === null) return t("configVersion", { version: newest });
  return applied === newest ? t("configApplied", { version: newest }) : t("configOlder", { applied, newest });
}
