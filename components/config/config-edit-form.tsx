"use client";

import { useTranslations } from "next-intl";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { HaConfig } from "@/contract/ha-config";

export interface ConfigEditFormProps {
  config: HaConfig;
  onChange: (config: HaConfig) => void;
}

const numbers = ["CPU", "MemorySizeInGB"] as const;
const lists = ["ChronyServers", "DNS", "MonAddrs"] as const;
const networkTexts = ["Bridge", "MacAddress", "Ipaddr", "Netmask", "Gateway"] as const;

/** What the manual says may be changed. Nodes and kind of storage are not among it. */
export function ConfigEditForm({ config, onChange }: ConfigEditFormProps) {
  const t = useTranslations("config");
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        {numbers.map((name) => (
          <Field key={name} label={t(`field.${name}.title`)} help={t(`field.${name}.help`)}>
            {(control) => (
              <Input
                {...control}
                type="number"
                value={config[name]}
                onChange={(event) => onChange({ ...config, [name]: Number(event.target.value) })}
              />
            )}
          </Field>
        ))}
      </div>
      {lists.map((name) => (
        <Field key={name} label={t(`field.${name}.title`)} help={t("edit.oneLine")}>
          {(control) => (
            <Input
              {...control}
              value={config[name].join(", ")}
              onChange={(event) =>
                onChange({ ...config, [name]: event.target.value.split(",").map((one) => one.trim()) })
              }
            />
          )}
        </Field>
      ))}
      {config.Network.map((network, index) => (
        <fieldset key={t("network", { number: index + 1 })} className="flex flex-col gap-3 border-t border-line pt-3">
          <legend className="engraved">{t("network", { number: index + 1 })}</legend>
          <div className="grid gap-4 sm:grid-cols-2">
            {networkTexts.map((name) => (
              <Field key={name} label={t(`field.${name}.title`)}>
                {(control) => (
                  <Input
                    {...control}
                    value={network[name]}
                    onChange={(event) =>
                      onChange({
                        ...config,
                        Network: config.Network.map((each, at) =>
                          at === index ? { ...each, [name]: event.target.value } : each,
                        ),
                      })
                    }
                  />
                )}
              </Field>
            ))}
          </div>
        </fieldset>
      ))}
      <Field label={t("field.ConsoleProxyOverriddenIP.title")} help={t("field.ConsoleProxyOverriddenIP.help")}>
        {(control) => (
          <Input
            {...control}
            value={config.ConsoleProxyOverriddenIP}
            onChange={(event) => onChange({ ...config, ConsoleProxyOverriddenIP: event.target.value })}
          />
        )}
      </Field>
      <Checkbox
        checked={config.AllowResetRootPassword}
        onCheckedChange={(checked) => onChange({ ...config, AllowResetRootPassword: checked })}
        label={t("field.AllowResetRootPassword.title")}
        description={t("field.AllowResetRootPassword.help")}
      />
    </div>
  );
}
