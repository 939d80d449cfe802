"use client";

import { useTranslations } from "next-intl";
import { SecondsText } from "@/components/ha/phase-figures";
import { Spark } from "@/components/ui/spark";
import { type DrillFault, drillFaults, type DrillInput, type DrillResult } from "@/contract/drill";
import type { RunState } from "@/contract/run";

export interface DrillRow {
  readonly runId: string;
  readonly at: Date;
  readonly actor: string;
  readonly state: RunState;
  readonly input: DrillInput;
  readonly result: DrillResult | null;
}

interface Trend {
  fault: DrillFault;
  /** Oldest first. */
  seconds: number[];
}

/** Two drills of a kind make a trend; one is a figure, and stands in the table. */
const trendFrom = 2;

/** Newest first in, one line per fault out. */
export function drillTrends(drills: readonly DrillRow[]): Trend[] {
  return drillFaults
    .map((fault) => ({
      fault,
      seconds: drills
        .flatMap(({ input, result }) => (input.fault === fault && result !== null ? [result.runningSeconds] : []))
        .toReversed(),
    }))
    .filter(({ seconds }) => seconds.length >= trendFrom);
}

/** How recovery times went from drill to drill, in words and as a line. */
export function DrillTrends({ drills }: { drills: readonly DrillRow[] }) {
  const t = useTranslations("drill");
  const trends = drillTrends(drills);
  if (trends.length === 0) return null;
  return (
    <ul aria-label={t("history.trends")} className="flex flex-wrap gap-x-8 gap-y-3 border-b border-line px-4 py-3">
      {trends.map(({ fault, seconds }) => (
        <li key={fault} className="flex items-center gap-3">
          <div>
            <p className="font-medium">{t(`fault.${fault}.title`)}</p>
            <p className="text-xs text-muted">
              {t("history.trendOf", { count: seconds.length })} <SecondsText value={Math.min(...seconds)} /> –{" "}
              <SecondsText value={Math.max(...seconds)} />, {t("history.newest")} <SecondsText value={seconds.at(-1)} />
            </p>
          </div>
          <Spark values={seconds} className="text-accent" />
        </li>
      ))}
    </ul>
  );
}
