"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import { cn } from "@/components/ui/cn";
import { type HistoryRange, historyRangeNames } from "@/contract/history";

/** How far back the charts look. Native radio buttons: arrow keys move, one is always chosen. */
export function RangePicker({ value, onChange }: { value: HistoryRange; onChange: (range: HistoryRange) => void }) {
  const t = useTranslations("history");
  const id = useId();
  return (
    <fieldset className="inline-flex overflow-hidden rounded-md border border-line-strong [&>label]:border-line-strong">
      <legend className="sr-only">{t("range.title")}</legend>
      {historyRangeNames.map((range) => (
        <label
          key={range}
          className={cn(
            "min-h-7 cursor-pointer px-2.5 py-1 text-xs whitespace-nowrap [&:not(:first-of-type)]:border-l hover:bg-hover",
            "has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-focus",
            range === value && "bg-accent font-medium text-on-accent hover:bg-accent",
          )}
        >
          <input
            type="radio"
            name={id}
            className="sr-only"
            checked={range === value}
            onChange={() => onChange(range)}
          />
          {t(`range.${range}`)}
        </label>
      ))}
    </fieldset>
  );
}
