"use client";

import { useTranslations } from "next-intl";
import { ConfigForm } from "@/components/deployment/config-form";
import { ConfigJson } from "@/components/deployment/config-json";
import { useDraft } from "@/components/deployment/draft-provider";
import { FieldNote } from "@/components/deployment/field-note";
import { PlatformForm } from "@/components/deployment/platform-form";
import { SoftwareForm } from "@/components/deployment/software-form";
import { VmCards } from "@/components/deployment/vm-cards";
import type { DraftConfig } from "@/contract/deployment";

export function ConfigurationPlace() {
  const t = useTranslations("deployment.config");
  const { draft, saver } = useDraft();
  const config = draft.config;
  const change = (part: DraftConfig) => saver.edit({ part: "config", value: { ...config, ...part } });
  return (
    <>
      <FieldNote path="config" />
      {config !== null && (
        <div className="grid items-start gap-4 2xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
          <div className="flex flex-col gap-4">
            <ConfigForm config={config} onChange={change} />
            <VmCards cards={config.Network ?? []} onChange={(Network) => change({ Network })} />
          </div>
          <ConfigJson config={config} />
        </div>
      )}
      {config === null && <p className="text-muted">{t("afterNodes")}</p>}
      <SoftwareForm />
      <PlatformForm />
    </>
  );
}
