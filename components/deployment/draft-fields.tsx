"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { useFieldProblem } from "@/components/deployment/problem-text";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

interface Common {
  /** Path of the field in the draft: its problems are shown here. */
  path: string;
  label: ReactNode;
  help?: ReactNode;
  note?: ReactNode;
  className?: string;
  readOnly?: boolean;
}

export function TextField({
  path,
  value,
  onValue,
  mono = true,
  readOnly = false,
  ...field
}: Common & { value: string; onValue: (value: string) => void; mono?: boolean }) {
  const problem = useFieldProblem(path);
  return (
    <Field {...field} {...problem}>
      {(control) => (
        <Input
          {...control}
          mono={mono}
          spellCheck={false}
          autoComplete="off"
          readOnly={readOnly}
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  );
}

/** A whole number. What is not one stays in the field with its reason and is not saved. */
export function NumberField({
  path,
  value,
  onValue,
  readOnly = false,
  ...field
}: Common & { value: number; onValue: (value: number) => void }) {
  const t = useTranslations("deployment.field");
  const problem = useFieldProblem(path);
  const [typed, setTyped] = useState<string | null>(null);
  const wrong = typed !== null && !/^\d{1,15}$/.test(typed);
  return (
    <Field {...field} {...problem} error={wrong ? t("notANumber") : problem.error}>
      {(control) => (
        <Input
          {...control}
          inputMode="numeric"
          autoComplete="off"
          className="tabular-nums"
          readOnly={readOnly}
          value={typed ?? String(value)}
          onChange={(event) => {
            const text = event.target.value.trim();
            setTyped(text);
            if (/^\d{1,15}$/.test(text)) onValue(Number(text));
          }}
          onBlur={() => !wrong && setTyped(null)}
        />
      )}
    </Field>
  );
}

/** Several values in one line, separated by commas or spaces. Problems of single values are shown here too. */
export function ListField({
  path,
  value,
  onValue,
  readOnly = false,
  ...field
}: Common & { value: readonly string[]; onValue: (value: string[]) => void }) {
  const problem = useFieldProblem(path, { below: true });
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <Field {...field} {...problem}>
      {(control) => (
        <Input
          {...control}
          mono
          spellCheck={false}
          autoComplete="off"
          readOnly={readOnly}
          value={typed ?? value.join(", ")}
          onChange={(event) => {
            setTyped(event.target.value);
            onValue(event.target.value.split(/[\s,;，、]+/).filter((entry) => entry !== ""));
          }}
          onBlur={() => setTyped(null)}
        />
      )}
    </Field>
  );
}
