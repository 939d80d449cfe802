"use client";

import { type PointerEvent, useMemo } from "react";
import { cn } from "@/components/ui/cn";
import {
  bandPath,
  chartHeight,
  chartWidth,
  linePath,
  timeTicks,
  topOf,
  type Values,
} from "@/components/ui/time-chart-geometry";

export interface ChartLine {
  key: string;
  label: string;
  /** One of `lineStyles`, by number: lines differ in dash as well as in colour. */
  style: number;
  values: Values;
  least?: Values;
  most?: Values;
}

export interface ChartMark {
  key: string;
  seconds: number;
  label: string;
}

export interface TimeChartProps {
  /** Name of the plot for who cannot see it. */
  name: string;
  from: number;
  bucketSeconds: number;
  buckets: number;
  lines: readonly ChartLine[];
  marks?: readonly ChartMark[];
  /** What the top stands for; without it the highest value decides. */
  top?: number | undefined;
  formatValue: (value: number) => string;
  formatTick: (seconds: number) => string;
  /** The bucket that is read out; null: none is chosen. */
  chosen: number | null;
  onChoose: (bucket: number | null) => void;
  /** The chosen bucket in words: time, figures, what happened. */
  readout: string;
  /** Where the seconds of the reader's clock stand against UTC. */
  zoneOffsetSeconds: number;
}

/** Colours that say nothing of states; told apart by their dashes where colours cannot be seen. */
export const lineStyles = [
  { ink: "stroke-accent", dash: undefined, border: "border-accent border-solid" },
  { ink: "stroke-ink", dash: "5 3", border: "border-ink border-dashed" },
  { ink: "stroke-muted", dash: "1 3", border: "border-muted border-dotted" },
  { ink: "stroke-accent", dash: "5 3", border: "border-accent border-dashed" },
  { ink: "stroke-ink", dash: "1 3", border: "border-ink border-dotted" },
  { ink: "stroke-muted", dash: undefined, border: "border-muted border-solid" },
] as const;

export const lineStyle = (style: number): (typeof lineStyles)[number] =>
  lineStyles[style % lineStyles.length] ?? lineStyles[0];

/** More lines than this would hide each other's areas. */
const bandsMost = 2;

/** Lines over time. Pointer and arrow keys choose a moment, which the owner reads out; gaps stay gaps. */
export function TimeChart(props: TimeChartProps) {
  const { name, from, bucketSeconds, buckets, lines, marks = [], chosen, onChoose, readout } = props;
  const to = from + buckets * bucketSeconds;
  const frame = useMemo(() => frameOf(lines, buckets, props.top), [lines, buckets, props.top]);
  const choose = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    onChoose(within(Math.floor(((event.clientX - box.left) / box.width) * buckets), buckets));
  };
  const chosenX = chosen === null ? null : ((chosen + 0.5) / buckets) * 100;
  return (
    <div className="grid grid-cols-[4.5rem_1fr] gap-x-2">
      <div aria-hidden className="relative text-right text-2xs text-muted">
        <span className="absolute top-0 right-0 -translate-y-1/2 whitespace-nowrap">
          {props.formatValue(frame.top)}
        </span>
        <span className="absolute right-0 bottom-0 translate-y-1/2 whitespace-nowrap">
          {props.formatValue(frame.bottom)}
        </span>
      </div>
      <div
        className="relative h-28 cursor-crosshair touch-pan-y rounded-sm border-b border-line-strong has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus"
        onPointerMove={choose}
        onPointerDown={choose}
        onPointerLeave={() => onChoose(null)}
      >
        {/* The one control whose value a screen reader reads out as the arrow keys move it. */}
        <input
          type="range"
          min={0}
          max={buckets - 1}
          value={chosen ?? buckets - 1}
          aria-label={name}
          aria-valuetext={readout}
          className="pointer-events-none absolute inset-0 m-0 size-full opacity-0"
          onChange={(event) => onChoose(within(event.target.valueAsNumber, buckets))}
          onBlur={() => onChoose(null)}
        />
        <Picture lines={lines} frame={frame} />
        {marks.map(({ key, seconds }) => (
          <span
            key={key}
            aria-hidden
            className="absolute inset-y-0 w-px -translate-x-1/2 border-l border-dotted border-line-strong before:absolute before:-top-1 before:left-0 before:-translate-x-1/2 before:border-x-4 before:border-t-6 before:border-x-transparent before:border-t-muted"
            style={{ left: `${((seconds - from) / (to - from)) * 100}%` }}
          />
        ))}
        {chosenX !== null && (
          <span aria-hidden className="absolute inset-y-0 w-px bg-ink" style={{ left: `${chosenX}%` }} />
        )}
      </div>
      <span aria-hidden />
      <div aria-hidden className="relative mt-1 h-4 text-2xs text-muted">
        {timeTicks(from, to, props.zoneOffsetSeconds).map(({ seconds, at }) => (
          <span
            key={seconds}
            className={cn(
              "absolute whitespace-nowrap",
              at > 0.93 ? "-translate-x-full" : at > 0.04 && "-translate-x-1/2",
            )}
            style={{ left: `${at * 100}%` }}
          >
            {props.formatTick(seconds)}
          </span>
        ))}
      </div>
    </div>
  );
}

interface Frame {
  count: number;
  bottom: number;
  top: number;
}

function Picture({ lines, frame }: { lines: readonly ChartLine[]; frame: Frame }) {
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${chartWidth} ${chartHeight}`}
      preserveAspectRatio="none"
      className="absolute inset-0 size-full overflow-visible"
    >
      {[0, 0.5].map((part) => (
        <path
          key={part}
          d={`M0 ${chartHeight * part}H${chartWidth}`}
          className="stroke-line"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {lines.length <= bandsMost &&
        lines.map(({ key, least, most }) =>
          least === undefined || most === undefined ? null : (
            <path key={key} d={bandPath(least, most, frame)} className="fill-accent opacity-15" />
          ),
        )}
      {lines.map(({ key, values, style }) => (
        <path
          key={key}
          d={linePath(values, frame)}
          fill="none"
          className={lineStyle(style).ink}
          strokeWidth="1.5"
          strokeLinecap="round"
          strokeLinejoin="round"
          strokeDasharray={lineStyle(style).dash}
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
}

function frameOf(lines: readonly ChartLine[], count: number, top: number | undefined): Frame {
  const all = lines.flatMap(({ values, least, most }) => [...values, ...(least ?? []), ...(most ?? [])]);
  const known = all.filter((value) => value !== null);
  const lowest = Math.min(0, ...known);
  const bottom = lowest < 0 ? -topOf(-lowest) : 0;
  const highest = Math.max(0, ...known);
  return { count, bottom, top: top ?? (highest === 0 && bottom < 0 ? 0 : topOf(highest)) };
}

const within = (bucket: number, count: number): number => Math.min(count - 1, Math.max(0, bucket));
