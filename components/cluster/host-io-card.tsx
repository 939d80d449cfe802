"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { checkMarks } from "@/components/cluster/marks";
import { ObservedValue } from "@/components/cluster/observed-value";
import { ReadingAge } from "@/components/cluster/reading-age";
import { DefinitionList } from "@/components/ui/definition-list";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import type { HaStatus } from "@/contract/ha-status";
import type { Observed } from "@/contract/observed";

export interface HostIoCardProps {
  ha: Observed<Pick<HaStatus, "hostIo" | "managementIps" | "publicIps">>;
}

export const HostIoCard = memo(function HostIoCard({ ha: reading }: HostIoCardProps) {
  const t = useTranslations("cluster.hostIo");
  const addresses = (list: readonly string[]) => (
    <span className="font-mono text-xs">{list.length === 0 ? t("none") : list.join(", ")}</span>
  );
  return (
    <Panel title={t("title")} aside={<ReadingAge at={reading.at} />}>
      <ObservedValue reading={reading}>
        {(ha) => (
          <DefinitionList
            items={[
              ...ha.hostIo.map((check) => ({ key: check.node, term: check.node, value: <HostIo check={check} /> })),
              { key: "\u0000management", term: t("management"), value: addresses(ha.managementIps) },
              { key: "\u0000public", term: t("public"), value: addresses(ha.publicIps) },
            ]}
          />
        )}
      </ObservedValue>
    </Panel>
  );
});

function HostIo({ check }: { check: HaStatus["hostIo"][number] }) {
  const t = useTranslations("cluster.node");
  const texts = {
    ok: check.milliseconds === null ? t("hostIoOkNoTime") : t("hostIoOk", { milliseconds: check.milliseconds }),
    failed: t("hostIoFailed"),
    unknown: t("hostIoUnknown"),
  };
  return <StateMark state={checkMarks[check.state]} label={texts[check.state]} className="font-normal text-ink" />;
}
