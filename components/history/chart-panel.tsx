"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { type ChartSpec, type LineLabel, linesOf } from "@/components/history/history-charts";
import { HistoryTable } from "@/components/history/history-table";
import type { HistoryMark } from "@/components/history/use-history-marks";
import type { FigureText } from "@/components/history/use-figure-text";
import { Panel } from "@/components/ui/panel";
import { type ChartLine, lineStyle, TimeChart } from "@/components/ui/time-chart";
import type { HistoryPage, HistoryRange } from "@/contract/history";

export interface ChartPanelProps {
  spec: ChartSpec;
  page: HistoryPage;
  range: HistoryRange;
  marks: readonly HistoryMark[];
  text: FigureText;
  headingLevel?: 2 | 3;
  /** What the lines mean together, below them. */
  children?: ReactNode;
}

/** One chart with its figures at the chosen moment (else the newest), and the same as a table. */
export function ChartPanel({ spec, page, range, marks, text, headingLevel = 3, children }: ChartPanelProps) {
  const t = useTranslations("history");
  const [chosen, setChosen] = useState<number | null>(null);
  const name = t(`chart.${spec.id}`);
  const label = (of: Exclude<LineLabel, "device">) => ("word" in of ? t(`line.${of.word}`) : of.name);
  const lines = linesOf(spec, page, label);
  if (lines.every(({ values }) => values.every((value) => value === null)))
    return (
      <Panel headingLevel={headingLevel} title={name}>
        <p className="text-muted">{t("nothingRecorded")}</p>
      </Panel>
    );
  const value = text.value(spec.unit);
  const at = chosen ?? newestKnown(lines);
  const shown = lines.map((line) => ({ line, figure: figureAt(line, at, value) ?? t("unknown") }));
  const happened = chosen === null ? [] : marksIn(marks, page, chosen);
  const moment = text.moment(page.from + at * page.bucketSeconds);
  const readout = [
    moment,
    ...shown.map(({ line, figure }) => `${line.label} ${figure}`),
    ...happened.map((mark) => mark.label),
  ];
  return (
    <Panel headingLevel={headingLevel} title={name} aside={<span>{chosen === null ? t("newest") : moment}</span>}>
      <div className="flex flex-col gap-3">
        <ul className="flex flex-wrap gap-x-4 gap-y-0.5">
          {shown.map(({ line, figure }) => (
            <li key={line.key} className="inline-flex items-center gap-1.5">
              <span aria-hidden className={`w-5 border-t-2 ${lineStyle(line.style).border}`} />
              <span className="text-muted">{line.label}</span>
              <span className="font-medium">{figure}</span>
            </li>
          ))}
        </ul>
        <TimeChart
          name={name}
          from={page.from}
          bucketSeconds={page.bucketSeconds}
          buckets={page.buckets}
          lines={lines}
          marks={marks}
          top={spec.top}
          formatValue={value}
          formatTick={text.tick(range)}
          chosen={chosen}
          onChoose={setChosen}
          readout={readout.join(", ")}
          zoneOffsetSeconds={text.zoneOffsetSeconds(page.from)}
        />
        {/* Its line is kept free, so that nothing moves while one looks along the chart. */}
        {marks.length > 0 && (
          <p className="min-h-4 text-2xs text-muted">{happened.map((mark) => mark.label).join(" · ")}</p>
        )}
        {children}
        <HistoryTable name={name} page={page} lines={lines} value={value} moment={text.moment} />
      </div>
    </Panel>
  );
}

/** The newest bucket has often not been filled yet: the newest that any line knows. */
function newestKnown(lines: readonly ChartLine[]): number {
  return Math.max(0, ...lines.map(({ values }) => values.findLastIndex((value) => value !== null)));
}

function figureAt(line: ChartLine, index: number, value: (figure: number) => string): string | null {
  const figure = line.values[index] ?? null;
  if (figure === null) return null;
  const least = line.least?.[index] ?? figure;
  const most = line.most?.[index] ?? figure;
  const [low, middle, high] = [value(least), value(figure), value(most)];
  return low === high ? middle : `${middle} (${low} – ${high})`;
}

const marksIn = (marks: readonly HistoryMark[], page: HistoryPage, bucket: number): HistoryMark[] =>
  marks.filter(({ seconds }) => Math.floor((seconds - page.from) / page.bucketSeconds) === bucket);
