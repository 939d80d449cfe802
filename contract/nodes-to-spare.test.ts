import { expect, test } from "vitest";
import { clusterHeadline } from "@/contract/cluster-headline";
import type { ClusterStatus } from "@/contract/cluster-status";
import type { CephStatus } from "@/contract/ha-status";
import { unknown } from "@/contract/observed";
import { nodesToSpare } from "@/contract/nodes-to-spare";
import { at, ceph, ha, seen, status } from "@/contract/status-fixture";

const names = [1, 2, 3, 4, 5].map((number) => `ceph-${number}`);
const monitors = (out: readonly string[]) =>
  names.map((name) => ({ name, address: "", inQuorum: !out.includes(name) }));

/** Five nodes, each a monitor. */
function five(copiesToSpare: number | undefined, gone: readonly string[] = [], change: Partial<CephStatus> = {}) {
  const [node] = status().nodes;
  if (node === undefined) throw new Error("no node");
  const read = {
    ...ceph(),
    monitors: monitors(gone),
    ...(copiesToSpare === undefined ? {} : { copiesToSpare }),
    ...change,
  };
  const nodes: ClusterStatus["nodes"] = names.map((name) => ({
    ...node,
    name,
    member: seen(gone.includes(name) ? ("failed" as const) : ("alive" as const)),
  }));
  return status({ nodes, ha: seen(ha({ ceph: seen(read) })) });
}

test("three nodes with three copies go on without any one, and say so", () => {
  const whole = status({ ha: seen(ha({ ceph: seen({ ...ceph(), copiesToSpare: 1 }) })) });
  expect(nodesToSpare(whole)).toBe(1);
  expect(clusterHeadline(whole)).toMatchObject({ code: "all-good", facts: { nodes: 3, spare: 1 } });
});

test("five nodes go on without any two where four copies are kept, and without one where three are", () => {
  expect(clusterHeadline(five(2))).toMatchObject({ code: "all-good", facts: { nodes: 5, spare: 2 } });
  expect(clusterHeadline(five(1))).toMatchObject({ code: "all-good", facts: { spare: 1 } });
});

test("what cannot be read promises no more than one", () => {
  expect(clusterHeadline(five(undefined)).facts).toMatchObject({ spare: 1 });
  expect(nodesToSpare({ ...five(2), ha: unknown("slow", at) })).toBe(1);
});

test("a node that is away has taken a copy, a monitor and a vote with it", () => {
  const half = { byState: { "active+clean": 100, "active+undersized+degraded": 28 } };
  const pgs = { ...ceph().pgs, ...half };
  expect(nodesToSpare(five(2, ["ceph-5"], { pgs }))).toBe(1);
  expect(nodesToSpare(five(1, ["ceph-5"], { pgs }))).toBe(0);
  expect(nodesToSpare(five(1, ["ceph-5"]))).toBe(1);
  expect(nodesToSpare(five(2, ["ceph-4", "ceph-5"], { pgs }))).toBe(0);
  expect(clusterHeadline(five(1, ["ceph-5"], { pgs }))).toMatchObject({ code: "node-down", facts: { spare: 0 } });
});

test("monitors on three of five nodes bear the loss of one", () => {
  expect(nodesToSpare(five(2, [], { monitors: monitors([]).slice(0, 3) }))).toBe(1);
});

test("a Ceph of other machines loses nothing with a node", () => {
  const elsewhere = { osdsByHost: { "storage-1": [] }, monitors: [{ name: "storage-1", address: "", inQuorum: true }] };
  expect(nodesToSpare(five(1, [], elsewhere))).toBe(2);
});

test("without a second standby any two may be all that could run the VM", () => {
  const whole = five(2);
  const nodes = whole.nodes.map((node, index) =>
    index < 2 || node.suite.state !== "known" || node.suite.value === null
      ? node
      : { ...node, suite: seen({ ...node.suite.value, eligible: false }) },
  );
  expect(nodesToSpare({ ...whole, nodes })).toBe(1);
});
