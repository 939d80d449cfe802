import { expect, test } from "vitest";
import { clusterStatusFixture } from "@/components/cluster/fixtures/cluster-status-fixture";
import { factsFixture } from "@/components/cluster/fixtures/node-facts-fixture";
import { deviceRows } from "@/components/cluster/topology-detail-model";
import type { NodeStatus } from "@/contract/cluster-status";
import { unknown } from "@/contract/observed";

const at = "2026-01-01T10:00:00.000Z";
const [node] = clusterStatusFixture(at).nodes;
if (node === undefined) throw new Error("the fixture has no node");
const reading = factsFixture(at)["ceph-1"];
if (reading?.state !== "known") throw new Error("the fixture has no facts");
const facts = reading.value;

test("every device stands below what it belongs to, guests' ports and the loopback nowhere", () => {
  const rows = deviceRows(node, facts);
  for (const [index, row] of rows.entries()) {
    if (row.depth === 0) continue;
    const above = rows.slice(0, index).findLast(({ depth }) => depth === row.depth - 1);
    expect(above?.name, row.name).toBe(row.master);
  }
  expect(rows.map(({ name }) => name)).not.toContain("lo");
  expect(rows.some(({ name }) => name.startsWith("vnet"))).toBe(false);
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
});

test("what is live wins over the slower reading, and no answer is no light", () => {
  const live = node.links.state === "known" ? node.links.value : null;
  const [first] = live?.links.filter(({ kind }) => kind === "nic") ?? [];
  if (live === null || first === undefined) throw new Error("the fixture has no NIC");
  const pulled = {
    ...node,
    links: {
      ...node.links,
      state: "known" as const,
      value: { ...live, links: live.links.map((link) => (link === first ? { ...link, carrier: false } : link)) },
    },
  };
  expect(deviceRows(pulled, facts).find(({ name }) => name === first.name)?.up).toBe(false);
  const silent: NodeStatus = { ...node, link: unknown("gone", at), links: unknown("gone", at) };
  expect(deviceRows(silent, facts).every(({ up }) => up === null)).toBe(true);
});
