/** Where the lines of a chart run, in a picture `chartWidth` × `chartHeight` that is stretched to its place. No React. */
export const chartWidth = 1000;
export const chartHeight = 100;

export type Values = readonly (number | null)[];

/** The round figure at or above `peak` that the top of a chart stands for: 1, 2 or 5 times a power of ten. */
export function topOf(peak: number): number {
  if (!(peak > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(peak));
  const step = [1, 2, 5, 10].find((each) => each * power >= peak * 0.999_999) ?? 10;
  return step * power;
}

interface Frame {
  readonly count: number;
  readonly bottom: number;
  readonly top: number;
}

const xOf = (index: number, { count }: Frame): number => ((index + 0.5) / count) * chartWidth;
const yOf = (value: number, { bottom, top }: Frame): number =>
  chartHeight - ((value - bottom) / (top - bottom)) * chartHeight;
const figure = (value: number): string => value.toFixed(1);

/** Broken where nothing was read: a gap is a gap, never a line across it. A value between two gaps is a dot. */
export function linePath(values: Values, frame: Frame): string {
  let path = "";
  values.forEach((value, index) => {
    if (value === null) return;
    const isFirst = (values[index - 1] ?? null) === null;
    const isAlone = isFirst && (values[index + 1] ?? null) === null;
    path += `${isFirst ? "M" : "L"}${figure(xOf(index, frame))} ${figure(yOf(value, frame))}${isAlone ? "h0.1" : ""}`;
  });
  return path;
}

/** The area between two lines, one closed piece per stretch without a gap. */
export function bandPath(least: Values, most: Values, frame: Frame): string {
  const pieces: string[] = [];
  let upper: string[] = [];
  let lower: string[] = [];
  const close = (): void => {
    if (upper.length > 1) pieces.push(`M${[...upper, ...lower.toReversed()].join("L")}Z`);
    upper = [];
    lower = [];
  };
  most.forEach((high, index) => {
    const low = least[index] ?? null;
    if (high === null || low === null) return close();
    const x = figure(xOf(index, frame));
    upper.push(`${x} ${figure(yOf(high, frame))}`);
    lower.push(`${x} ${figure(yOf(low, frame))}`);
  });
  close();
  return pieces.join("");
}

export interface TimeTick {
  readonly seconds: number;
  /** 0…1 from left to right. */
  readonly at: number;
}

const minute = 60;
const hour = 3600;
const day = 86_400;
const tickSteps = [5 * minute, 15 * minute, hour, 4 * hour, 6 * hour, day, 5 * day, 10 * day, 60 * day];
const ticksMost = 7;

/** Round times of the reader's own clock, not too many. `offsetSeconds`: how far that clock is ahead of UTC. */
export function timeTicks(from: number, to: number, offsetSeconds: number): TimeTick[] {
  const step = tickSteps.find((each) => (to - from) / each <= ticksMost) ?? 60 * day;
  const first = Math.ceil((from + offsetSeconds) / step) * step - offsetSeconds;
  const ticks: TimeTick[] = [];
  for (let seconds = first; seconds < to; seconds += step) ticks.push({ seconds, at: (seconds - from) / (to - from) });
  return ticks;
}

/** Rows of a table that says what the lines show: neighbours put together until there are few enough to be read out. */
export function tableRows(series: readonly Values[], rowsMost: number): { index: number; values: (number | null)[] }[] {
  const count = Math.max(0, ...series.map(({ length }) => length));
  const size = Math.max(1, Math.ceil(count / rowsMost));
  return Array.from({ length: Math.ceil(count / size) }, (_, row) => ({
    index: row * size,
    values: series.map((values) => {
      const known = values.slice(row * size, (row + 1) * size).filter((value) => value !== null);
      return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
    }),
  }));
}
