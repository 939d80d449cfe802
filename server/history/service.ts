import {
  type HistoryPage,
  type HistoryRange,
  historyRanges,
  type HistorySubject,
  type HistoryWish,
} from "@/contract/history";
import { nodesOf } from "@/server/cluster/service";
import { historyKeeper } from "@/server/history/keeper";
import { bucketsOf, resolutionFor, seriesFrom } from "@/server/history/read-series";
import { clusterSubject, nodeSubject, panelSubject } from "@/server/history/subjects";

export interface HistoryQuestion {
  clusterId: string;
  range: HistoryRange;
  of: readonly HistoryWish[];
}

export async function readHistory({ clusterId, range, of }: HistoryQuestion): Promise<HistoryPage> {
  // A cluster that is no more is told by its own sentence rather than by empty charts.
  await nodesOf(clusterId);
  const { bucketSeconds } = historyRanges[range];
  const resolution = resolutionFor(range);
  const buckets = bucketsOf(range, Date.now() / 1000);
  const subjects = await Promise.all(
    of.map(async ({ subject, metrics, extremes }) => {
      const chunks = await historyKeeper().chunks(nameOf(clusterId, subject), resolution, buckets.from, buckets.to);
      const recorded = new Set(chunks.flatMap(({ columns }) => [...columns.keys()]));
      const wanted = metrics.flatMap((metric) => matching(recorded, metric));
      return {
        subject,
        series: wanted.map((metric) => seriesFrom(chunks, metric, buckets, { bucketSeconds, extremes })),
      };
    }),
  );
  return { from: buckets.from, bucketSeconds, buckets: buckets.count, subjects };
}

function matching(recorded: ReadonlySet<string>, metric: string): string[] {
  if (!metric.endsWith(":*")) return recorded.has(metric) ? [metric] : [];
  const prefix = metric.slice(0, -1);
  return [...recorded].filter((name) => name.startsWith(prefix)).toSorted();
}

function nameOf(clusterId: string, subject: HistorySubject): string {
  if (subject.kind === "panel") return panelSubject;
  return subject.kind === "node" ? nodeSubject(clusterId, subject.node) : clusterSubject(clusterId);
}
