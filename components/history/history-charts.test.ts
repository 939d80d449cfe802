import { expect, test } from "vitest";
import {
  capacityChart,
  linesOf,
  moreNodeComparison,
  nodeCharts,
  nodeComparison,
  panelCharts,
  storageCharts,
  wishesOf,
} from "@/components/history/history-charts";
import type { HistoryPage } from "@/contract/history";

const text = (label: { word: string } | { name: string }) => ("word" in label ? label.word : label.name);
const series = (metric: string) => ({ metric, average: [1, null], extremes: null });

test("charts that share figures ask for them once", () => {
  const wishes = wishesOf([...nodeComparison(["a", "b", "c"]), ...nodeComparison(["a", "b", "c"])]);
  expect(wishes).toHaveLength(3);
  expect(wishes[0]).toEqual({
    subject: { kind: "node", node: "a" },
    metrics: ["cpu.busy", "memory.used"],
    extremes: false,
  });
});

test("a line nobody recorded is left out, a device nobody named is taken in", () => {
  const page: HistoryPage = {
    from: 0,
    bucketSeconds: 15,
    buckets: 2,
    subjects: [
      { subject: { kind: "cluster" }, series: [series("ceph.read")] },
      {
        subject: { kind: "node", node: "a" },
        series: [series("disk.busy:sda"), series("disk.busy:sdb"), series("load")],
      },
    ],
  };
  const [throughput] = storageCharts;
  expect(throughput && linesOf(throughput, page, text).map(({ label }) => label)).toEqual(["read"]);
  const busy = nodeCharts("a").find(({ id }) => id === "diskBusy");
  expect(busy && linesOf(busy, page, text).map(({ label, style }) => [label, style])).toEqual([
    ["sda", 0],
    ["sdb", 1],
  ]);
});

test("every question stays below the panel's bounds, with as many nodes as a cluster may have", () => {
  const nodes = Array.from({ length: 12 }, (_, index) => `node-${index}`);
  const all = wishesOf([
    capacityChart,
    ...storageCharts,
    ...nodeComparison(nodes),
    ...moreNodeComparison(nodes),
    ...panelCharts,
  ]);
  expect(all.length).toBeLessThanOrEqual(40);
  expect(Math.max(...all.map(({ metrics }) => metrics.length))).toBeLessThanOrEqual(40);
  expect(Math.max(...wishesOf(nodeCharts("a")).map(({ metrics }) => metrics.length))).toBeLessThanOrEqual(40);
});
