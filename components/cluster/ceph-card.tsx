"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { healthMarks } from "@/components/cluster/marks";
import { ObservedValue } from "@/components/cluster/observed-value";
import { useFactText } from "@/components/cluster/use-fact-text";
import { ReadingAge } from "@/components/cluster/reading-age";
import { DefinitionList } from "@/components/ui/definition-list";
import { Panel } from "@/components/ui/panel";
import { Progress } from "@/components/ui/progress";
import { StateMark } from "@/components/ui/state-mark";
import type { CephStatus, HaStatus } from "@/contract/ha-status";
import type { Observed } from "@/contract/observed";

export const CephCard = memo(function CephCard({ ha: reading }: { ha: Observed<Pick<HaStatus, "ceph">> }) {
  const t = useTranslations("cluster.ceph");
  const at = reading.state === "known" ? reading.value.ceph.at : reading.at;
  return (
    <Panel title={t("title")} aside={<ReadingAge at={at} />}>
      <ObservedValue reading={reading}>
        {(ha) => <ObservedValue reading={ha.ceph}>{(ceph) => <Ceph ceph={ceph} />}</ObservedValue>}
      </ObservedValue>
    </Panel>
  );
});

function Ceph({ ceph }: { ceph: CephStatus }) {
  const t = useTranslations("cluster.ceph");
  const { bytes, count } = useFactText();
  const used = ceph.bytes.total > 0 ? ceph.bytes.used / ceph.bytes.total : 0;
  return (
    <div className="flex flex-col gap-3">
      <div>
        <StateMark state={healthMarks[ceph.health]} label={t(`health.${ceph.health}`)} size="md" className="text-lg" />
        {ceph.checks.length === 0 ? (
          <p className="text-muted">{t("noChecks")}</p>
        ) : (
          <ul className="mt-1 list-disc pl-5 marker:text-muted">
            {ceph.checks.map((check) => (
              <li key={check.code} lang="en">
                {check.summary}
                {check.muted && <span className="text-xs text-muted"> ({t("muted")})</span>}
              </li>
            ))}
          </ul>
        )}
      </div>
      <div>
        <div className="flex items-baseline justify-between gap-2 pb-1">
          <span className="engraved">{t("capacity")}</span>
          <span className="font-medium">
            {t("capacityValue", { used: bytes(ceph.bytes.used), total: bytes(ceph.bytes.total) })}
          </span>
        </div>
        <Progress
          label={t("capacity")}
          fraction={used}
          text={t("capacityBar", { percent: Math.round(used * 100), available: bytes(ceph.bytes.available) })}
        />
      </div>
      <DefinitionList
        items={[
          {
            key: "monitors",
            term: t("monitors"),
            value: t("monitorsValue", {
              inQuorum: ceph.monitors.filter((monitor) => monitor.inQuorum).length,
              total: ceph.monitors.length,
            }),
          },
          {
            key: "osds",
            term: t("osds"),
            value: t("osdsValue", { up: ceph.osds.up, in: ceph.osds.in, total: ceph.osds.total }),
          },
          { key: "pgs", term: t("pgs"), value: <PlacementGroups ceph={ceph} /> },
          {
            key: "data",
            term: t("data"),
            value: `${bytes(ceph.bytes.data)} · ${t("objects", { objects: count(ceph.pgs.objects), pools: ceph.pgs.pools })}`,
          },
          { key: "io", term: t("clientIo"), value: <ClientIo io={ceph.clientIo} /> },
        ]}
      />
    </div>
  );
}

function PlacementGroups({ ceph }: { ceph: CephStatus }) {
  const states = Object.entries(ceph.pgs.byState).sort(([, a], [, b]) => b - a);
  return (
    <ul lang="en">
      {states.map(([state, total]) => (
        <li key={state}>
          {total} <span className="text-muted">{state}</span>
        </li>
      ))}
    </ul>
  );
}

function ClientIo({ io }: { io: CephStatus["clientIo"] }) {
  const t = useTranslations("cluster.ceph");
  const { bytes, count } = useFactText();
  return t("clientIoValue", {
    read: bytes(io.readBytesPerSecond),
    write: bytes(io.writeBytesPerSecond),
    operations: count(io.operationsPerSecond),
  });
}
