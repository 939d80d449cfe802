import { expect, test } from "vitest";
import { foundCluster, type NodeMemory } from "@/contract/adoption";
import { sampleConfig } from "@/contract/ha-config-sample";
import type { MaintenanceRecord } from "@/contract/maintenance";
import type { ClusterFile } from "@/contract/node-setup";
import { isSaying } from "@/contract/sentence";

const nodes = [1, 2, 3].map((number) => ({ name: `ceph-${number}`, ip: `10.0.1.${number}` }));
const file = (node: string): ClusterFile => ({
  protocol: 1,
  node,
  ip: "10.0.1.1",
  nodes,
  profile: "default",
  datacenter: "dc1",
  cephUser: "zsha",
  suiteVersion: "0.1.0",
  config: sampleConfig("CephConf"),
});
const memory = (node: string, change: Partial<NodeMemory> = {}): NodeMemory => ({
  address: `10.0.2.${node.at(-1) ?? ""}`,
  name: node,
  file: file(node),
  open: [],
  fence: 0,
  unread: null,
  ...change,
});
const record: MaintenanceRecord = {
  protocol: 1,
  kind: "cluster-down",
  subject: "cluster",
  runId: "r1",
  actor: "admin",
  at: "2026-01-01T00:00:00Z",
  flags: "cluster",
  before: { hosts: {}, vmHa: null, guests: {} },
};
const codes = (memories: readonly NodeMemory[]) =>
  foundCluster(memories).problems.map((problem) => (typeof problem === "string" ? problem : problem.code));

test("all nodes in any order of entry are the cluster in its own order, with what lies open on any of them", () => {
  const found = foundCluster([memory("ceph-3"), memory("ceph-1", { open: [record] }), memory("ceph-2")]);
  expect(found.problems).toEqual([]);
  expect(found.nodes).toEqual([
    { name: "ceph-1", storageIp: "10.0.1.1", address: "10.0.2.1" },
    { name: "ceph-2", storageIp: "10.0.1.2", address: "10.0.2.2" },
    { name: "ceph-3", storageIp: "10.0.1.3", address: "10.0.2.3" },
  ]);
  expect(found.open).toEqual([record]);
});

test("a node nobody added is named, not trusted", () => {
  expect(codes([memory("ceph-1"), memory("ceph-2")])).toEqual(["adopt-node-missing"]);
  const [problem] = foundCluster([memory("ceph-1"), memory("ceph-2")]).problems;
  expect(isSaying(problem ?? "", "adopt-node-missing") && problem).toMatchObject({ facts: { node: "ceph-3" } });
});

test("a stranger, a node of another cluster and a silent one each hold it back", () => {
  const all = ["ceph-1", "ceph-2", "ceph-3"].map((node) => memory(node));
  expect(codes([...all, memory("new-4", { file: null })])).toEqual(["adopt-not-member"]);
  const other = { ...file("ceph-9"), nodes: [{ name: "ceph-9", ip: "10.9.9.9" }] };
  expect(codes([...all, memory("ceph-9", { file: other })])).toEqual(["adopt-other-cluster"]);
  expect(codes([...all.slice(0, 2), memory("ceph-3", { file: null, unread: "no route" })])).toEqual([
    "adopt-unread",
    "adopt-node-missing",
  ]);
  expect(codes([])).toEqual(["adopt-no-nodes"]);
});
