import { type HistoryPage, type HistorySubject, type HistoryWish, seriesOf } from "@/contract/history";
import type { ChartLine } from "@/components/ui/time-chart";

export type FigureUnit = "bytes" | "bytes-per-second" | "per-second" | "share" | "seconds" | "count";

export interface ChartSpec {
  /** Names it in the messages: `history.chart.ID`. */
  id: string;
  unit: FigureUnit;
  /** What the top stands for, where it has an end. */
  top?: number;
  lines: readonly { subject: HistorySubject; metric: string; label: LineLabel }[];
}

/** A word of the messages (`history.line.WORD`), a node's name, or the device behind the metric's colon. */
export type LineLabel = { word: string } | { name: string } | "device";

const ofCluster: HistorySubject = { kind: "cluster" };
const ofPanel: HistorySubject = { kind: "panel" };

const clusterLine = (metric: string, word: string) => ({ subject: ofCluster, metric, label: { word } });

export const storageCharts: readonly ChartSpec[] = [
  {
    id: "throughput",
    unit: "bytes-per-second",
    lines: [
      clusterLine("ceph.read", "read"),
      clusterLine("ceph.write", "write"),
      clusterLine("ceph.recovery", "recovery"),
    ],
  },
  { id: "operations", unit: "per-second", lines: [clusterLine("ceph.operations", "operations")] },
];

export const capacityChart: ChartSpec = {
  id: "capacity",
  unit: "bytes",
  lines: [clusterLine("ceph.used", "used"), clusterLine("ceph.size", "size")],
};

export const haCharts: readonly ChartSpec[] = [
  { id: "lease", unit: "seconds", lines: [clusterLine("ha.lease-age", "leaseAge")] },
];

const ofEachNode = (
  nodes: readonly string[],
  id: string,
  unit: FigureUnit,
  metric: string,
  top?: number,
): ChartSpec => ({
  ...{ id, unit, ...(top === undefined ? {} : { top }) },
  lines: nodes.map((node) => ({ subject: { kind: "node", node }, metric, label: { name: node } })),
});

/** One line per node: who differs from the others is seen at once. */
export const nodeComparison = (nodes: readonly string[]): ChartSpec[] => [
  ofEachNode(nodes, "cpu", "share", "cpu.busy", 1),
  ofEachNode(nodes, "memory", "bytes", "memory.used"),
];

export const moreNodeComparison = (nodes: readonly string[]): ChartSpec[] => [
  ofEachNode(nodes, "receive", "bytes-per-second", "net.receive"),
  ofEachNode(nodes, "send", "bytes-per-second", "net.send"),
  ofEachNode(nodes, "diskRead", "bytes-per-second", "disk.read"),
  ofEachNode(nodes, "diskWrite", "bytes-per-second", "disk.write"),
  ofEachNode(nodes, "load", "count", "load"),
  ofEachNode(nodes, "clock", "seconds", "clock.offset"),
  {
    id: "roundtrip",
    unit: "seconds",
    lines: nodes.map((node) => ({ subject: ofCluster, metric: `node.roundtrip:${node}`, label: { name: node } })),
  },
];

/** Everything that is recorded of one node. */
export function nodeCharts(node: string): ChartSpec[] {
  const subject: HistorySubject = { kind: "node", node };
  const words = (pairs: Readonly<Record<string, string>>) =>
    Object.entries(pairs).map(([metric, word]) => ({ subject, metric, label: { word } }));
  const devices = (metric: string) => [{ subject, metric: `${metric}:*`, label: "device" as const }];
  return [
    { id: "cpu", unit: "share", top: 1, lines: words({ "cpu.busy": "busy", "cpu.iowait": "iowait" }) },
    { id: "memory", unit: "bytes", lines: words({ "memory.used": "used", "swap.used": "swap" }) },
    { id: "load", unit: "count", lines: words({ load: "load" }) },
    { id: "network", unit: "bytes-per-second", lines: words({ "net.receive": "receive", "net.send": "send" }) },
    { id: "disks", unit: "bytes-per-second", lines: words({ "disk.read": "read", "disk.write": "write" }) },
    { id: "diskBusy", unit: "share", top: 1, lines: devices("disk.busy") },
    { id: "diskWait", unit: "seconds", lines: devices("disk.wait") },
    { id: "receive", unit: "bytes-per-second", lines: devices("net.receive") },
    { id: "send", unit: "bytes-per-second", lines: devices("net.send") },
    { id: "faults", unit: "per-second", lines: devices("net.faults") },
    { id: "fileSystems", unit: "bytes", lines: devices("fs.used") },
    { id: "clock", unit: "seconds", lines: words({ "clock.offset": "clock" }) },
  ];
}

export const panelCharts: readonly ChartSpec[] = [
  {
    id: "panelCpu",
    unit: "share",
    lines: [
      { subject: ofPanel, metric: "panel.cpu", label: { word: "processor" } },
      { subject: ofPanel, metric: "panel.loop", label: { word: "loop" } },
    ],
  },
  {
    id: "panelMemory",
    unit: "bytes",
    lines: [
      { subject: ofPanel, metric: "panel.memory", label: { word: "memory" } },
      { subject: ofPanel, metric: "panel.database", label: { word: "database" } },
    ],
  },
];

/** With more lines the areas between extremes hide each other, so they are not fetched. */
const extremesMost = 2;

/** What to ask for all these charts at once: one wish per subject and kind. */
export function wishesOf(specs: readonly ChartSpec[]): HistoryWish[] {
  const wishes = new Map<string, HistoryWish>();
  for (const { lines } of specs)
    for (const { subject, metric } of lines) {
      const extremes = lines.length <= extremesMost && !metric.endsWith(":*");
      const key = JSON.stringify([subject, extremes]);
      const wish = wishes.get(key) ?? { subject, metrics: [], extremes };
      if (!wish.metrics.includes(metric)) wish.metrics.push(metric);
      wishes.set(key, wish);
    }
  return [...wishes.values()];
}

/** The lines of one chart, as far as something was recorded. */
export function linesOf(
  spec: ChartSpec,
  page: HistoryPage,
  labelText: (label: Exclude<LineLabel, "device">) => string,
): ChartLine[] {
  const found = spec.lines.flatMap(({ subject, metric, label }) => {
    if (label !== "device") {
      const series = seriesOf(page, subject, metric);
      return series === undefined ? [] : [{ series, text: labelText(label) }];
    }
    const prefix = metric.slice(0, -1);
    return page.subjects
      .filter((one) => one.subject.kind === subject.kind)
      .flatMap(({ series }) => series.filter((one) => one.metric.startsWith(prefix)))
      .map((series) => ({ series, text: series.metric.slice(prefix.length) }));
  });
  return found.map(({ series, text }, style) => ({
    key: `${style} ${series.metric}`,
    ...{ label: text, style, values: series.average },
    ...(series.extremes === null ? {} : series.extremes),
  }));
}
