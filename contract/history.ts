const hour = 3600;
const day = 86_400;

/** What a chart may show, and how wide one of its points is: some three hundred points each, which is what a screen can tell apart. */
export const historyRanges = {
  "1h": { seconds: hour, bucketSeconds: 15 },
  "24h": { seconds: day, bucketSeconds: 300 },
  "7d": { seconds: 7 * day, bucketSeconds: 1800 },
  "30d": { seconds: 30 * day, bucketSeconds: 7200 },
  "1y": { seconds: 365 * day, bucketSeconds: day },
} as const;
export type HistoryRange = keyof typeof historyRanges;
export const historyRangeNames = ["1h", "24h", "7d", "30d", "1y"] as const satisfies readonly HistoryRange[];

/** Whose figures: a node's by its name, the cluster's, the panel's own. */
export type HistorySubject = { kind: "cluster" } | { kind: "node"; node: string } | { kind: "panel" };

/** Of one metric, a value per bucket. Null: nothing was read then. Extremes inside the bucket only where they were asked for. */
export interface HistorySeries {
  metric: string;
  average: (number | null)[];
  extremes: { least: (number | null)[]; most: (number | null)[] } | null;
}

/** "disk.read:*" asks for every device's. */
export interface HistoryWish {
  subject: HistorySubject;
  metrics: string[];
  extremes: boolean;
}

export interface HistoryPage {
  /** Second of the first bucket's begin; the n-th begins n × bucketSeconds later. */
  from: number;
  bucketSeconds: number;
  buckets: number;
  /** As asked for, one per wish. */
  subjects: { subject: HistorySubject; series: HistorySeries[] }[];
}

const isSame = (a: HistorySubject, b: HistorySubject): boolean =>
  a.kind === b.kind && (a.kind !== "node" || (b.kind === "node" && a.node === b.node));

/** The series of one metric; undefined: nothing was recorded in this time. */
export const seriesOf = (page: HistoryPage, subject: HistorySubject, metric: string): HistorySeries | undefined =>
  page.subjects
    .filter((one) => isSame(one.subject, subject))
    .flatMap(({ series }) => series)
    .find((one) => one.metric === metric);
