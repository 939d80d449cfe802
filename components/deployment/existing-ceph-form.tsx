"use client";

import { useTranslations } from "next-intl";
import { ListField, NumberField, TextField } from "@/components/deployment/draft-fields";
import { useDraft } from "@/components/deployment/draft-provider";
import { MediaChoice, PgNumField, PoolNameField } from "@/components/deployment/pool-fields";
import { SecretField } from "@/components/deployment/secret-field";
import { Panel } from "@/components/ui/panel";
import { Switch } from "@/components/ui/switch";
import type { ExistingStorage } from "@/contract/deployment";

export function ExistingCephForm({ storage }: { storage: ExistingStorage }) {
  const t = useTranslations("deployment.storage");
  const { saver } = useDraft();
  const change = (part: Partial<ExistingStorage>) => saver.edit({ part: "storage", value: { ...storage, ...part } });
  return (
    <Panel title={t("existing")}>
      <div className="flex flex-col gap-4">
        <ListField
          path="storage.monitors"
          label={t("monitors")}
          help={t("monitorsHelp")}
          value={storage.monitors}
          onValue={(monitors) => change({ monitors })}
        />
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <TextField
            path="storage.user"
            label={t("cephUser")}
            help={t("cephUserHelp")}
            value={storage.user}
            onValue={(user) => change({ user })}
          />
          <SecretField
            kind="cephKey"
            path="storage.keySecretRef"
            label={t("cephKey")}
            help={t("cephKeyHelp")}
            stored={storage.keySecretRef !== null}
          />
          <PoolNameField storage={storage} onChange={change} />
          <NumberField
            path="storage.osdsPerNode"
            label={t("osdsPerNode")}
            help={t("osdsPerNodeHelp")}
            value={storage.osdsPerNode}
            onValue={(osdsPerNode) => change({ osdsPerNode })}
          />
        </div>
        <Switch
          checked={storage.createPool}
          onCheckedChange={(createPool) => change({ createPool })}
          label={t("createPool")}
          description={t("createPoolHelp")}
        />
        {storage.createPool && <PgNumField storage={storage} onChange={change} className="max-w-xs" />}
        <Switch
          checked={storage.tuneFailover === true}
          onCheckedChange={(tuneFailover) => change({ tuneFailover })}
          label={t("tuneFailover")}
          description={t("tuneFailoverHelp")}
        />
        <MediaChoice storage={storage} onChange={change} />
      </div>
    </Panel>
  );
}
