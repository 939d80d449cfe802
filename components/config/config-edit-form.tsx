"use client";

import { ConfigCardsForm } from "@/components/config/config-cards-form";
import { Switched, useFieldWords } from "@/components/config/config-switch";
import { ListField, NumberField, TextField } from "@/components/deployment/draft-fields";
import type { HaConfig } from "@/contract/ha-config";

export interface ConfigEditFormProps {
  config: HaConfig;
  onChange: (config: HaConfig) => void;
}

/** In the file's own order, so that eyes can move between both sides. Problems stand at their field. */
export function ConfigEditForm({ config, onChange }: ConfigEditFormProps) {
  const words = useFieldWords();
  const list = (name: "Node" | "MonAddrs" | "ChronyServers" | "DNS") => (
    <ListField
      path={name}
      {...words(name)}
      value={config[name]}
      onValue={(value) => onChange({ ...config, [name]: value })}
    />
  );
  const text = (name: "Type" | "PoolName" | "ImageFolder" | "ConsoleProxyOverriddenIP") => (
    <TextField
      path={name}
      {...words(name)}
      value={config[name]}
      onValue={(value) => onChange({ ...config, [name]: value })}
    />
  );
  const number = (name: "MemorySizeInGB" | "CPU") => (
    <NumberField
      path={name}
      {...words(name)}
      value={config[name]}
      onValue={(value) => onChange({ ...config, [name]: value })}
    />
  );
  return (
    <div className="flex flex-col gap-4">
      {list("Node")}
      <div className="grid items-start gap-4 sm:grid-cols-2">
        {number("MemorySizeInGB")}
        {number("CPU")}
        {text("Type")}
        {list("MonAddrs")}
        {list("ChronyServers")}
        {text("PoolName")}
        {text("ImageFolder")}
        {list("DNS")}
      </div>
      <ConfigCardsForm cards={config.Network} onChange={(Network) => onChange({ ...config, Network })} />
      {text("ConsoleProxyOverriddenIP")}
      <Switched
        name="AllowResetRootPassword"
        path="AllowResetRootPassword"
        checked={config.AllowResetRootPassword}
        onChange={(checked) => onChange({ ...config, AllowResetRootPassword: checked })}
      />
    </div>
  );
}
