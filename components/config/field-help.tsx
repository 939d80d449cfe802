"use client";

import { CircleHelp } from "lucide-react";
import { useTranslations } from "next-intl";
import { useSentence } from "@/components/shell/use-sentence";
import { Button } from "@/components/ui/button";
import { Popover } from "@/components/ui/popover";
import { type ConfigFieldName, configField } from "@/contract/config-fields";

/** Everything there is to know of one field, behind a button beside its label. */
export function FieldHelp({ name }: { name: ConfigFieldName }) {
  const t = useTranslations("config");
  const sentence = useSentence();
  const { what, unit, form, usual, less, more, wrong, fixed } = configField(name);
  const title = t("help.title", { field: t(`field.${name}.title`) });
  const said = (text: typeof form) => (text === undefined ? undefined : sentence(text));
  const rows = [
    ["unit", unit],
    ["form", said(form)],
    ["usual", usual],
    ["less", said(less)],
    ["more", said(more)],
    ["wrong", said(wrong)],
  ] as const;
  return (
    <Popover
      label={title}
      trigger={
        <Button variant="quiet" size="icon" aria-label={title} className="-my-1.5">
          <CircleHelp aria-hidden />
        </Button>
      }
    >
      <div className="flex flex-col gap-2 text-sm">
        <p>{sentence(what)}</p>
        <dl className="flex flex-col gap-1.5">
          {rows.map(([kind, text]) =>
            text === undefined || text === "" ? null : (
              <div key={kind}>
                <dt className="engraved">{t(`help.${kind}`)}</dt>
                <dd>{text}</dd>
              </div>
            ),
          )}
        </dl>
        {fixed === true && <p className="text-muted">{t("help.fixed")}</p>}
      </div>
    </Popover>
  );
}
