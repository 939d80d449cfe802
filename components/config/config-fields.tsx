"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { FieldHelp } from "@/components/config/field-help";
import { useSentence } from "@/components/shell/use-sentence";
import { type ConfigFieldName, configField } from "@/contract/config-fields";
import type { HaConfig, HaNetwork } from "@/contract/ha-config";

/** In the file's own order, so that eyes can move between both sides. */
const before = [
  "Node",
  "MemorySizeInGB",
  "CPU",
  "Type",
  "MonAddrs",
  "ChronyServers",
  "PoolName",
  "ImageFolder",
  "DNS",
] as const satisfies readonly (keyof HaConfig)[];
const inNetwork = [
  "Bridge",
  "MacAddress",
  "Ipaddr",
  "Netmask",
  "Gateway",
  "IsMgmt",
  "IsDefRoute",
] as const satisfies readonly (keyof HaNetwork)[];
const after = ["ConsoleProxyOverriddenIP", "AllowResetRootPassword"] as const satisfies readonly (keyof HaConfig)[];

/** Each field by its name in words and in the file, with what the manual says about it. */
export function ConfigFields({ config }: { config: HaConfig }) {
  const t = useTranslations("config");
  return (
    <div className="flex flex-col">
      <FieldRows rows={before.map((name) => ({ name, value: config[name] }))} />
      {config.Network.map((network, index) => (
        <section key={`${network.Bridge} ${network.MacAddress}`} className="border-t border-line">
          <h3 className="engraved px-4 pt-3">{t("network", { number: index + 1 })}</h3>
          <FieldRows rows={inNetwork.map((name) => ({ name, value: network[name] }))} />
        </section>
      ))}
      <section className="border-t border-line">
        <FieldRows rows={after.map((name) => ({ name, value: config[name] }))} />
      </section>
    </div>
  );
}

type FieldValue = string | number | boolean | readonly string[];

interface FieldRowsProps {
  rows: readonly { name: ConfigFieldName; value: FieldValue }[];
}

function FieldRows({ rows }: FieldRowsProps) {
  const t = useTranslations("config.field");
  const sentence = useSentence();
  return (
    <dl>
      {rows.map(({ name, value }) => (
        <div
          key={name}
          className="grid gap-x-4 gap-y-0.5 border-line px-4 py-2.5 not-first:border-t sm:grid-cols-[minmax(9rem,2fr)_5fr]"
        >
          <dt className="min-w-0">
            <span className="flex items-center justify-between gap-1 font-medium">
              {t(`${name}.title`)}
              <FieldHelp name={name} />
            </span>
            <code className="block truncate text-2xs text-muted" title={name}>
              {name}
            </code>
          </dt>
          <dd className="min-w-0">
            <Value value={value} />
            <p className="text-xs text-muted">{sentence(configField(name).what)}</p>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ value }: { value: FieldValue }): ReactNode {
  const t = useTranslations("config");
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (typeof value === "number") return value;
  const lines = typeof value === "string" ? perNodeLines(value) : value;
  if (lines.length === 0) return <span className="text-muted">{t("empty")}</span>;
  return (
    <ul className="font-mono text-xs leading-5 break-words">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

/** "a@ceph-1, b@ceph-2" reads better below each other. */
function perNodeLines(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
