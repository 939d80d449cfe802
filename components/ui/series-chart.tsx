"use client";

import { useEffect, useRef } from "react";
import type uPlot from "uplot";
import { cn } from "@/components/ui/cn";
import "uplot/dist/uPlot.min.css";

export interface Series {
  label: string;
  /** A CSS custom property, for example "--accent". */
  ink: string;
  dashed?: boolean;
  values: readonly (number | null)[];
}

export interface SeriesChartProps {
  /** One sentence for who cannot see the lines: what it shows and its last values. */
  description: string;
  timesSeconds: readonly number[];
  series: readonly Series[];
  formatValue: (value: number) => string;
  formatTime: (seconds: number) => string;
  height?: number;
  className?: string | undefined;
}

const axisFont = "11px ui-sans-serif, system-ui, sans-serif";

/** Live series on a canvas. The library is loaded when the first chart appears, not with the page. */
export function SeriesChart(props: SeriesChartProps) {
  const { description, height = 120, className } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const names = props.series.map((each) => each.label).join("\n");

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    let gone = false;
    let observers: { disconnect(): void }[] = [];
    void import("uplot").then(({ default: UPlot }) => {
      if (gone) return;
      const draw = () => {
        plot.current?.destroy();
        plot.current = new UPlot(chartOptions(latest.current, element, height), chartData(latest.current), element);
      };
      draw();
      const size = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
      size.observe(element);
      // Canvas colours do not follow the theme by themselves.
      const theme = new MutationObserver(draw);
      theme.observe(document.documentElement, { attributeFilter: ["class", "data-theme"] });
      observers = [size, theme];
    });
    return () => {
      gone = true;
      for (const observer of observers) observer.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [names, height]);

  useEffect(() => {
    plot.current?.setData(chartData({ timesSeconds: props.timesSeconds, series: props.series }));
  }, [props.timesSeconds, props.series]);

  return (
    <figure className={cn("min-w-0", className)}>
      <div aria-hidden ref={host} className="w-full overflow-hidden" />
      <figcaption className="sr-only">{description}</figcaption>
    </figure>
  );
}

function chartData(props: Pick<SeriesChartProps, "timesSeconds" | "series">): uPlot.AlignedData {
  return [[...props.timesSeconds], ...props.series.map((each) => [...each.values])];
}

function chartOptions(props: SeriesChartProps, element: HTMLElement, height: number): uPlot.Options {
  const style = getComputedStyle(element);
  const ink = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: ink("--muted"),
    font: axisFont,
    ticks: { show: false },
    grid: { stroke: ink("--line"), width: 1 },
  };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
    axes: [
      { ...axis, size: 22, space: 76, values: (_plot, splits) => splits.map(props.formatTime) },
      { ...axis, size: 64, space: 28, values: (_plot, splits) => splits.map(props.formatValue) },
    ],
    series: [
      {},
      ...props.series.map((each) => ({
        label: each.label,
        stroke: ink(each.ink),
        width: 1.5,
        points: { show: false },
        ...(each.dashed ? { dash: [4, 3] } : {}),
      })),
    ],
  };
}
