"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { ListField, NumberField, TextField } from "@/components/deployment/draft-fields";
import { FieldNote } from "@/components/deployment/field-note";
import { useDraft } from "@/components/deployment/draft-provider";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Panel } from "@/components/ui/panel";
import { Switch } from "@/components/ui/switch";
import { derivedConfig } from "@/contract/config-problems";
import type { DraftConfig } from "@/contract/deployment";
import { recommendedVmSize } from "@/contract/sizing";

type Change = (part: DraftConfig) => void;

export function ConfigForm({ config, onChange }: { config: DraftConfig; onChange: Change }) {
  const t = useTranslations("deployment.config");
  return (
    <Panel title={t("managementVm")}>
      <div className="flex flex-col gap-4">
        <SizeAdvice onChange={onChange} />
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <NumberField
            path="config.CPU"
            label={t("CPU")}
            help={t("CPUHelp")}
            value={config.CPU ?? 0}
            onValue={(CPU) => onChange({ CPU })}
          />
          <NumberField
            path="config.MemorySizeInGB"
            label={t("MemorySizeInGB")}
            help={t("MemorySizeInGBHelp")}
            value={config.MemorySizeInGB ?? 0}
            onValue={(MemorySizeInGB) => onChange({ MemorySizeInGB })}
          />
          <ListField
            path="config.ChronyServers"
            label={t("ChronyServers")}
            help={t("ChronyServersHelp")}
            value={config.ChronyServers ?? []}
            onValue={(ChronyServers) => onChange({ ChronyServers })}
          />
          <ListField
            path="config.DNS"
            label={t("DNS")}
            help={t("DNSHelp")}
            value={config.DNS ?? []}
            onValue={(DNS) => onChange({ DNS })}
          />
          <TextField
            path="config.ImageFolder"
            label={t("ImageFolder")}
            help={t("ImageFolderHelp")}
            value={config.ImageFolder ?? ""}
            onValue={(ImageFolder) => onChange({ ImageFolder })}
          />
          <TextField
            path="config.ConsoleProxyOverriddenIP"
            label={t("ConsoleProxyOverriddenIP")}
            help={t("ConsoleProxyOverriddenIPHelp")}
            note={t("optional")}
            value={config.ConsoleProxyOverriddenIP ?? ""}
            onValue={(ConsoleProxyOverriddenIP) => onChange({ ConsoleProxyOverriddenIP })}
          />
        </div>
        <div>
          <Switch
            checked={config.AllowResetRootPassword ?? false}
            onCheckedChange={(AllowResetRootPassword) => onChange({ AllowResetRootPassword })}
            label={t("AllowResetRootPassword")}
            description={t("AllowResetRootPasswordHelp")}
          />
          <FieldNote path="config.AllowResetRootPassword" />
        </div>
        <FromThePlan config={config} onChange={onChange} />
      </div>
    </Panel>
  );
}

/** A15: so many hosts and VMs, so much CPU and memory. */
function SizeAdvice({ onChange }: { onChange: Change }) {
  const t = useTranslations("deployment.config");
  const [hosts, setHosts] = useState("3");
  const [vms, setVms] = useState("100");
  const known = /^\d{1,7}$/.test(hosts) && /^\d{1,7}$/.test(vms);
  const size = known ? recommendedVmSize({ hosts: Number(hosts), vms: Number(vms) }) : null;
  return (
    <div className="flex flex-wrap items-end gap-3 rounded-md bg-sunken p-3">
      <Field label={t("hosts")} className="w-36">
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            value={hosts}
            onChange={(event) => setHosts(event.target.value.trim())}
          />
        )}
      </Field>
      <Field label={t("vms")} className="w-36">
        {(control) => (
          <Input {...control} inputMode="numeric" value={vms} onChange={(event) => setVms(event.target.value.trim())} />
        )}
      </Field>
      <span className="pb-1.5" aria-live="polite">
        {size === null ? t("sizeUnknown") : t("sizeAdvice", { cpu: size.cpu, memory: size.memoryGb })}
      </span>
      <Button
        disabledReason={size === null ? t("sizeUnknown") : null}
        onClick={() => size !== null && onChange({ CPU: size.cpu, MemorySizeInGB: size.memoryGb })}
      >
        {t("takeSize")}
      </Button>
    </div>
  );
}

/** Fields that networks and storage decide: shown, not typed. */
function FromThePlan({ config, onChange }: { config: DraftConfig; onChange: Change }) {
  const t = useTranslations("deployment.config");
  const { draft, problems } = useDraft();
  const differs = problems.some(({ code }) => code === "differs-from-plan");
  const none = () => undefined;
  return (
    <fieldset className="flex flex-col gap-3 border-t border-line pt-4">
      <legend className="float-left w-full pb-2 font-medium">{t("fromPlan")}</legend>
      <ListField
        path="config.Node"
        label="Node"
        help={t("NodeHelp")}
        value={config.Node ?? []}
        onValue={none}
        readOnly
      />
      <ListField
        path="config.MonAddrs"
        label="MonAddrs"
        help={t("MonAddrsHelp")}
        value={config.MonAddrs ?? []}
        onValue={none}
        readOnly
      />
      <TextField
        path="config.PoolName"
        label="PoolName"
        help={t("PoolNameHelp")}
        value={config.PoolName ?? ""}
        onValue={none}
        readOnly
      />
      {differs && (
        <div>
          <Button onClick={() => onChange(derivedConfig(draft))}>{t("takePlan")}</Button>
        </div>
      )}
    </fieldset>
  );
}
