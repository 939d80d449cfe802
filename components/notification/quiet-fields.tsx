"use client";

import { useTranslations } from "next-intl";
import type { ChannelDraft } from "@/components/notification/channel-draft";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Switch } from "@/components/ui/switch";

export interface QuietFieldsProps {
  draft: ChannelDraft;
  onChange: (change: Partial<ChannelDraft>) => void;
}

export function QuietFields({ draft, onChange }: QuietFieldsProps) {
  const t = useTranslations("notifications.form");
  const clock = (name: "quietFrom" | "quietTo") => (
    <Field label={t(name)} className="w-32">
      {(control) => (
        <Input
          {...control}
          type="time"
          required
          value={draft[name]}
          onChange={({ target }) => target.value !== "" && onChange({ [name]: target.value })}
        />
      )}
    </Field>
  );
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="engraved pb-2">{t("quiet")}</legend>
      <Switch
        checked={draft.quiet}
        onCheckedChange={(quiet) => onChange({ quiet })}
        label={t("quietOn")}
        description={t("quietHelp", { zone: draft.timeZone })}
      />
      {draft.quiet && (
        <>
          <div className="flex gap-4">
            {clock("quietFrom")}
            {clock("quietTo")}
          </div>
          <Checkbox
            checked={draft.criticalBreaksThrough}
            onCheckedChange={(criticalBreaksThrough) => onChange({ criticalBreaksThrough })}
            label={t("breaks")}
          />
        </>
      )}
    </fieldset>
  );
}
