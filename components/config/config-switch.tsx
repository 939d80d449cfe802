"use client";

import { useTranslations } from "next-intl";
import { FieldHelp } from "@/components/config/field-help";
import { useFieldProblem } from "@/components/deployment/problem-text";
import { useSentence } from "@/components/shell/use-sentence";
import { Checkbox } from "@/components/ui/checkbox";
import { type ConfigFieldName, configField } from "@/contract/config-fields";

/** Label, one line of help and the rest behind a button: the same for every field, from one table. */
export function useFieldWords() {
  const t = useTranslations("config.field");
  const sentence = useSentence();
  return (name: ConfigFieldName) => ({
    label: t(`${name}.title`),
    help: sentence(configField(name).what),
    note: <FieldHelp name={name} />,
    readOnly: configField(name).fixed === true,
  });
}

export interface SwitchedProps {
  name: ConfigFieldName;
  path: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function Switched({ name, path, checked, onChange }: SwitchedProps) {
  const { label, help, note } = useFieldWords()(name);
  const { error, advice } = useFieldProblem(path);
  return (
    <div className="flex items-start justify-between gap-2">
      <Checkbox
        checked={checked}
        onCheckedChange={onChange}
        label={label}
        description={
          <>
            {help}
            {error !== undefined && <span className="block text-failed">{error}</span>}
            {advice !== undefined && <span className="block text-needs">{advice}</span>}
          </>
        }
      />
      {note}
    </div>
  );
}
