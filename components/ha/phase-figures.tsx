"use client";

import { useFormatter, useTranslations } from "next-intl";
import { measuredPhases, phaseShades } from "@/components/ha/phases";
import { cn } from "@/components/ui/cn";
import type { HistoryRecord } from "@/contract/consul-keys";

/** Seconds of each phase in words: what the bar shows, for reading and for comparing. */
export function PhaseFigures({ seconds }: { seconds: HistoryRecord["seconds"] }) {
  const t = useTranslations("cluster.history.phase");
  const measured = measuredPhases(seconds);
  if (measured.length === 0) return null;
  return (
    <span className="flex flex-wrap gap-x-3 text-xs text-muted">
      {measured.map(({ phase, value }) => (
        <span key={phase} className="inline-flex items-center gap-1 whitespace-nowrap">
          <span aria-hidden className={cn("size-2 rounded-xs border border-line", phaseShades[phase])} />
          {t(phase)} <SecondsText value={value} />
        </span>
      ))}
    </span>
  );
}

export function SecondsText({ value }: { value: number | null | undefined }) {
  const t = useTranslations("shell.duration");
  const format = useFormatter();
  if (value == null) return <span className="text-muted">–</span>;
  const figure = format.number(value, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return <span className="whitespace-nowrap text-ink">{t("seconds", { seconds: figure })}</span>;
}
