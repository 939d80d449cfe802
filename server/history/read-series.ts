import { type HistoryRange, historyRanges, type HistorySeries } from "@/contract/history";
import type { Chunk } from "@/server/history/chunk";
import { type Resolution, resolutions } from "@/server/history/resolutions";

/** The coarsest that still tells the chart's points apart: the fewest rows to read. */
export function resolutionFor(range: HistoryRange): Resolution {
  const { seconds, bucketSeconds } = historyRanges[range];
  const fit = resolutions.filter(
    ({ stepSeconds, keepSeconds }) => bucketSeconds % stepSeconds === 0 && keepSeconds >= seconds,
  );
  return fit.at(-1) ?? resolutions[0];
}

/** The buckets of a chart that ends now. They begin at round times, so that a chart drawn again does not wobble. */
export function bucketsOf(range: HistoryRange, nowSeconds: number): { from: number; to: number; count: number } {
  const { seconds, bucketSeconds } = historyRanges[range];
  const to = Math.ceil(nowSeconds / bucketSeconds) * bucketSeconds;
  const count = Math.ceil(seconds / bucketSeconds);
  return { from: to - count * bucketSeconds, to, count };
}

interface Gathered {
  sum: number;
  count: number;
  least: number;
  most: number;
}

/** Chunks of one resolution as one value per bucket. A bucket nothing fell into is null. */
export function seriesFrom(
  chunks: readonly Chunk[],
  metric: string,
  buckets: { from: number; count: number },
  { bucketSeconds, extremes }: { bucketSeconds: number; extremes: boolean },
): HistorySeries {
  const gathered = Array.from<Gathered | undefined>({ length: buckets.count });
  for (const chunk of chunks) {
    const { stepSeconds, slotsPerChunk } = chunk.resolution;
    for (let index = 0; index < slotsPerChunk; index += 1) {
      const bucket = Math.floor((chunk.start + index * stepSeconds - buckets.from) / bucketSeconds);
      if (bucket < 0 || bucket >= buckets.count) continue;
      const slot = chunk.slot(metric, index);
      if (slot === null) continue;
      const before = gathered[bucket] ?? { sum: 0, count: 0, least: Infinity, most: -Infinity };
      gathered[bucket] = {
        sum: before.sum + slot.average * slot.count,
        count: before.count + slot.count,
        least: Math.min(before.least, slot.least),
        most: Math.max(before.most, slot.most),
      };
    }
  }
  const values = (pick: (one: Gathered) => number) =>
    gathered.map((one) => (one === undefined ? null : short(pick(one))));
  return {
    metric,
    average: values(({ sum, count }) => sum / count),
    extremes: extremes ? { least: values(({ least }) => least), most: values(({ most }) => most) } : null,
  };
}

/** No chart shows more; every digit is a byte on the way to the browser. */
const short = (value: number): number => Number(value.toPrecision(5));
