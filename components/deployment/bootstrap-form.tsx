"use client";

import { useTranslations } from "next-intl";
import { DiskTable } from "@/components/deployment/disk-table";
import { FieldNote } from "@/components/deployment/field-note";
import { NumberField } from "@/components/deployment/draft-fields";
import { useDraft } from "@/components/deployment/draft-provider";
import { MediaChoice, PgNumField, PoolNameField } from "@/components/deployment/pool-fields";
import { KeyValue } from "@/components/ui/key-value";
import { Panel } from "@/components/ui/panel";
import { RadioCards } from "@/components/ui/radio-cards";
import type { BootstrapStorage } from "@/contract/deployment";
import { canLoseTwo, osdCount, usablePoolBytes } from "@/contract/storage-problems";

export function BootstrapForm({ storage }: { storage: BootstrapStorage }) {
  const t = useTranslations("deployment.storage");
  const { draft, saver } = useDraft();
  const change = (part: Partial<BootstrapStorage>) => saver.edit({ part: "storage", value: { ...storage, ...part } });
  const usable = usablePoolBytes(draft);
  return (
    <>
      <DiskTable storage={storage} onChange={change} />
      <Panel title={t("pool")}>
        <div className="flex flex-col gap-5">
          <div className="grid gap-4 sm:grid-cols-3">
            <PoolNameField storage={storage} onChange={change} />
            <PgNumField storage={storage} onChange={change} />
            <NumberField
              path="storage.osdMemoryTargetMb"
              label={t("osdMemory")}
              help={t("osdMemoryHelp")}
              value={storage.osdMemoryTargetMb}
              onValue={(osdMemoryTargetMb) => change({ osdMemoryTargetMb })}
            />
          </div>
          <ReplicaChoice storage={storage} onChange={change} />
          <RadioCards
            legend={t("failureDomain")}
            value={storage.failureDomain}
            onValueChange={(value) => change({ failureDomain: value === "osd" ? "osd" : "host" })}
            cards={[
              { value: "host", label: t("host"), description: t("hostHelp") },
              { value: "osd", label: t("osd"), description: t("osdHelp") },
            ]}
          />
          <FieldNote path="storage.failureDomain" />
          <MediaChoice storage={storage} onChange={change} />
          <div className="grid gap-4 border-t border-line pt-4 sm:grid-cols-3">
            <KeyValue label={t("osds")} value={osdCount(storage)} />
            <KeyValue
              label={t("usable")}
              value={usable === null ? "–" : Math.round(usable / 1e9)}
              unit="GB"
              note={t("usableNote", { replicas: storage.replicas })}
            />
          </div>
        </div>
      </Panel>
    </>
  );
}

function ReplicaChoice({
  storage,
  onChange,
}: {
  storage: BootstrapStorage;
  onChange: (part: Partial<BootstrapStorage>) => void;
}) {
  const t = useTranslations("deployment.storage");
  return (
    <div>
      <RadioCards
        legend={t("replicas")}
        value={String(storage.replicas)}
        onValueChange={(value) => onChange({ replicas: value === "2" ? 2 : value === "4" ? 4 : 3 })}
        cards={[
          ...(canLoseTwo(storage) || storage.replicas === 4
            ? [{ value: "4", label: t("four"), description: t("fourHelp") }]
            : []),
          { value: "3", label: t("three"), description: t("threeHelp") },
          { value: "2", label: t("two"), description: t("twoHelp") },
        ]}
      />
      <FieldNote path="storage.replicas" />
    </div>
  );
}
