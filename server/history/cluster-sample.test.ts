import { expect, test } from "vitest";
import { unknown } from "@/contract/observed";
import { at, ceph, ha, nowMs, seen, status, unreachable, nodesWith } from "@/contract/status-fixture";
import { clusterSample } from "@/server/history/cluster-sample";

test("a healthy cluster as figures", () => {
  expect(clusterSample(status(), nowMs)).toMatchObject({
    "ceph.health": 0,
    "ceph.size": 2,
    "ceph.osds-up": 3,
    "ceph.pgs-clean": 128,
    "node.reachable:ceph-2": 1,
    "node.alive:ceph-3": 1,
    "ha.owner:ceph-1": 1,
    "ha.owner:ceph-2": 0,
  });
});

test("what is unknown has no figure, and what was known too long ago neither", () => {
  const blind = clusterSample(status({ ha: unknown("no answer", at), owner: unknown("no answer", at) }), nowMs);
  expect(Object.keys(blind).filter((name) => /^(ceph|ha\.(epoch|owner|lease))/.test(name))).toEqual([]);
  expect(blind).toMatchObject({ "node.reachable:ceph-1": 1 });
  expect(clusterSample(status(), nowMs + 31_000)).not.toHaveProperty("ceph.health");
  expect(clusterSample(status(), nowMs + 600_000)).toEqual({});
});

test("a node out of reach is a zero, because that was seen; its round trip is none", () => {
  const sample = clusterSample(status({ nodes: nodesWith("ceph-3", { link: unreachable }) }), nowMs);
  expect(sample).toMatchObject({ "node.reachable:ceph-3": 0, "node.reachable:ceph-1": 1 });
  expect(sample).not.toHaveProperty("node.roundtrip:ceph-3");
});

test("Ceph's recovery and operations are told only by a suite that tells them", () => {
  expect(clusterSample(status(), nowMs)).not.toHaveProperty("ceph.recovery");
  const told = { ...ceph(), recovery: { bytesPerSecond: 7, objectsPerSecond: 1 } };
  expect(clusterSample(status({ ha: seen(ha({ ceph: seen(told) })) }), nowMs)).toMatchObject({ "ceph.recovery": 7 });
});
