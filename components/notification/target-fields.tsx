"use client";

import { useTranslations } from "next-intl";
import type { ChannelDraft } from "@/components/notification/channel-draft";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { ChannelSecrets } from "@/contract/notification-schema";

export interface TargetFieldsProps {
  draft: ChannelDraft;
  has: Readonly<Record<keyof ChannelSecrets, boolean>>;
  onChange: (change: Partial<ChannelDraft>) => void;
}

/** Where it goes. A secret goes in and never comes out again; left empty, what is stored stays. */
export function TargetFields({ draft, has, onChange }: TargetFieldsProps) {
  const t = useTranslations("notifications.form");
  const secret = (name: "url" | "key" | "password", help: string, required: boolean) => (
    <Field
      label={t(name)}
      help={help}
      required={required && !has[name]}
      {...(has[name] ? { note: t("stored") } : required ? {} : { note: t("optional") })}
    >
      {(control) => (
        <Input
          {...control}
          type="password"
          autoComplete="new-password"
          spellCheck={false}
          placeholder={has[name] ? "••••••••" : ""}
          value={draft[name]}
          onChange={({ target }) => onChange({ [name]: target.value })}
        />
      )}
    </Field>
  );
  const text = (name: "mailHost" | "mailPort" | "mailUser" | "mailFrom" | "mailTo", required = true) => (
    <Field label={t(name)} required={required} {...(required ? {} : { note: t("optional") })}>
      {(control) => (
        <Input
          {...control}
          autoComplete="off"
          spellCheck={false}
          inputMode={name === "mailPort" ? "numeric" : "text"}
          value={draft[name]}
          onChange={({ target }) => onChange({ [name]: target.value })}
        />
      )}
    </Field>
  );
  if (draft.kind !== "email")
    return (
      <>
        {secret("url", t(`urlHelp.${draft.kind}`), true)}
        {(draft.kind === "webhook" || draft.kind === "dingtalk") && secret("key", t(`keyHelp.${draft.kind}`), false)}
      </>
    );
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {text("mailHost")}
      {text("mailPort")}
      <Field label={t("mailSecurity")} help={t(`securityHelp.${draft.mailSecurity}`)}>
        {(control) => (
          <Select
            {...control}
            value={draft.mailSecurity}
            onChange={({ target }) =>
              onChange({
                mailSecurity: target.value === "tls" || target.value === "none" ? target.value : "starttls",
              })
            }
            options={(["starttls", "tls", "none"] as const).map((value) => ({ value, label: t(`security.${value}`) }))}
          />
        )}
      </Field>
      {text("mailUser", false)}
      {draft.mailUser.trim() !== "" && secret("password", t("passwordHelp"), true)}
      {text("mailFrom")}
      {text("mailTo")}
    </div>
  );
}
