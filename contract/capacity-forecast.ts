import type { HistorySeries } from "@/contract/history";

/** Ceph refuses writes when an OSD is this full (mon_osd_full_ratio as delivered); the fullest OSD gets there before the mean does. */
export const fullShare = 0.95;
/** With less there is no telling growth from one import. */
const leastDays = 3;
const leastPoints = 24;
/** Nobody knows the future further than this many times the time looked back on. */
const farthestSpans = 6;
/** The growth must stand out of its own uncertainty this many times over. */
const leastCertainty = 4;
const daySeconds = 86_400;

export type CapacityForecast =
  | { kind: "full-in"; days: number; bytesPerDay: number }
  /** It grows, but so slowly that a date would be made up. */
  | { kind: "far"; bytesPerDay: number }
  | { kind: "steady" }
  /** Too little was recorded, or it goes up and down too much. */
  | { kind: "no-telling"; because: "too-short" | "too-uneven" };

/**
 * A straight line through what was in use, and where it meets "full". It speaks only where the data carry it: three days at least, a slope that
 * stands out of its uncertainty, and never further ahead than six times the time looked back on.
 */
export function capacityForecast(
  used: HistorySeries["average"],
  size: HistorySeries["average"],
  bucketSeconds: number,
): CapacityForecast {
  const points = used.flatMap((value, index) =>
    value === null ? [] : [{ x: (index * bucketSeconds) / daySeconds, y: value }],
  );
  const first = points[0];
  const last = points.at(-1);
  const total = size.findLast((value) => value !== null);
  if (first === undefined || last === undefined || total === undefined || total === null)
    return { kind: "no-telling", because: "too-short" };
  const days = last.x - first.x;
  if (days < leastDays || points.length < leastPoints) return { kind: "no-telling", because: "too-short" };

  const { slope, error } = straightLine(points);
  // Within a thousandth of the size over the whole time: whoever looks at the chart sees a level line.
  const isLevel = Math.abs(slope) * days < total / 1000;
  if (isLevel) return { kind: "steady" };
  if (Math.abs(slope) < leastCertainty * error) return { kind: "no-telling", because: "too-uneven" };
  if (slope < 0) return { kind: "steady" };
  const left = Math.max(0, total * fullShare - last.y) / slope;
  return left > farthestSpans * days
    ? { kind: "far", bytesPerDay: slope }
    : { kind: "full-in", days: left, bytesPerDay: slope };
}

/** Neighbours hardly differ, whatever the trend: only every tenth point counts as a reading of its own. */
const pointsPerReading = 10;

/** Least squares; `error` is the slope's standard error. */
function straightLine(points: readonly { x: number; y: number }[]): { slope: number; error: number } {
  const count = points.length;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / count;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / count;
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const rest = points.reduce((sum, { x, y }) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: Math.sqrt((rest / (count - 2) / spread) * pointsPerReading) };
}
