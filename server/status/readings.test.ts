import { expect, test } from "vitest";
import { known, unknown } from "@/contract/observed";
import {
  assembleStatus,
  failedNodes,
  noReadings,
  noteMemberChanges,
  type WatchedCluster,
  withoutSignsOfLife,
} from "@/server/status/readings";

const at = "2026-11-22T10:00:00.000Z";
const earlier = "2026-11-22T09:59:50.000Z";
const cluster: WatchedCluster = {
  id: "c1",
  name: "office",
  nodes: [1, 2, 3].map((i) => ({ name: `ceph-${i}`, address: `10.0.2.${i}`, storageIp: `10.0.1.${i}` })),
};
const entry = (key: string, value: unknown, session: string | null = null) => ({
  key,
  value: typeof value === "string" ? value : JSON.stringify(value),
  modifyIndex: 7,
  session,
});
const owner = { node: "ceph-1", epoch: 3, domainUuid: "u", phase: "running", startId: "s", clientAddress: null, at };
const nodeRecord = {
  name: "ceph-1",
  ip: "10.0.1.1",
  suiteVersion: "0.1.0",
  bootId: "b",
  domain: "running",
  storageCanary: "ok",
  eligible: true,
  ineligibleBecause: [],
  at,
};

test("before anything was read, everything is unknown", () => {
  const status = assembleStatus(cluster, noReadings(earlier), 0, at);
  expect([status.owner, status.leader, status.ha, status.fences, status.config].map(({ state }) => state)).toEqual(
    Array.from({ length: 5 }, () => "unknown"),
  );
  expect(
    status.nodes.every((node) => [node.link, node.member, node.suite].every(({ state }) => state === "unknown")),
  ).toBe(true);
});

test("an owner without its session owns nothing, and a node's record without one speaks for nobody", () => {
  const entries = known([entry("zsha/owner", owner), entry("zsha/node/ceph-1", nodeRecord)], earlier);
  const dead = assembleStatus(cluster, { ...noReadings(at), entries }, 1, at);
  expect(dead.owner).toEqual(known(null, earlier));
  expect(dead.nodes[0]?.suite).toEqual(known(null, earlier));
  const held = known([entry("zsha/owner", owner, "s1"), entry("zsha/node/ceph-1", nodeRecord, "s2")], earlier);
  const alive = assembleStatus(cluster, { ...noReadings(at), entries: held }, 2, at);
  expect(alive.owner).toMatchObject({ state: "known", value: { node: "ceph-1" } });
  expect(alive.nodes[0]?.suite).toMatchObject({ state: "known", value: { eligible: true } });
  expect(alive.nodes[1]?.suite).toEqual(known(null, earlier));
});

test("what the panel does not understand is unknown, not absent", () => {
  const entries = known([entry("zsha/intent", '{"want":"dancing"}'), entry("zsha/operation", "not json")], at);
  const status = assembleStatus(cluster, { ...noReadings(at), entries }, 1, at);
  expect(status.intent).toMatchObject({
    state: "unknown",
    reason: { code: "not-understood", facts: { key: "zsha/intent" } },
  });
  expect(status.operation.state).toBe("unknown");
});

test("members are found by host name or by storage address; one Consul never heard of is absent", () => {
  const member = (name: string, address: string, status: string) => ({ name, address, status, tags: {} });
  const members = known(
    {
      leader: "10.0.1.1:8300",
      members: [member("10.0.1.1", "10.0.1.1", "alive"), member("ceph-2", "1.1.1.1", "failed")],
    },
    at,
  );
  const status = assembleStatus(cluster, { ...noReadings(at), members }, 1, at);
  expect(status.nodes.map(({ member: one }) => (one.state === "known" ? one.value : "?"))).toEqual([
    "alive",
    "failed",
    "absent",
  ]);
  expect(failedNodes(cluster, members)).toEqual(new Set(["ceph-2", "ceph-3"]));
  expect(failedNodes(cluster, unknown("x", at))).toBeNull();
});

test("a node's change has the time it was seen at, and keeps it while nothing changes", () => {
  const view = (status: string) => ({
    leader: null,
    members: [{ name: "ceph-3", address: "10.0.1.3", status, tags: {} }],
  });
  const first = noteMemberChanges({}, cluster, view("alive"), "t1");
  expect(first["ceph-3"]).toEqual({ state: "alive", since: null });
  const lost = noteMemberChanges(first, cluster, view("failed"), "t2");
  expect(lost["ceph-3"]).toEqual({ state: "failed", since: "t2" });
  expect(noteMemberChanges(lost, cluster, view("failed"), "t3")).toEqual(lost);
  const status = assembleStatus(cluster, { ...noReadings(at), memberChanges: lost }, 1, at);
  expect(status.nodes[2]?.memberSince).toBe("t2");
});

test("the last sign of a node that is gone is the time of its last record", () => {
  const entries = known([entry("zsha/node/ceph-1", { ...nodeRecord, at: "2026-11-22T08:00:00.000Z" })], at);
  const status = assembleStatus(cluster, { ...noReadings(at), entries }, 1, at);
  expect(status.nodes[0]).toMatchObject({ lastSignAt: "2026-11-22T08:00:00.000Z", suite: { value: null } });
});

test("a record that a node has only written anew says nothing new", () => {
  const of = (record: object, actor = "ann") =>
    withoutSignsOfLife([entry("zsha/node/ceph-1", record, "s1"), entry("zsha/intent", { want: "started", at, actor })]);
  const before = of(nodeRecord);
  expect(of({ ...nodeRecord, at: earlier })).toBe(before);
  expect(of({ ...nodeRecord, eligible: false })).not.toBe(before);
  expect(of(nodeRecord, "bob")).not.toBe(before);
});
