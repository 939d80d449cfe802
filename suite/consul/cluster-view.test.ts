import { expect, test } from "vitest";
import type { KvEntry } from "@/suite/consul/consul-client";
import { clusterView, type ViewContext } from "@/suite/consul/cluster-view";

const context: ViewContext = {
  node: "ceph-1",
  monotonicMs: 50_000,
  wallMs: Date.parse("2026-01-01T00:00:10Z"),
  members: {},
  before: null,
  liftedAlready: new Set(["10.0.0.1:0/1"]),
};
const entry = (key: string, value: unknown, more: Partial<KvEntry> = {}): KvEntry => ({
  key,
  value: typeof value === "string" ? value : JSON.stringify(value),
  modifyIndex: 7,
  session: null,
  ...more,
});
const owner = {
  node: "ceph-1",
  epoch: 3,
  domainUuid: "u",
  phase: "running",
  startId: "3@ceph-1",
  clientAddress: "10.0.0.1:0/9",
  configVersion: 14,
  at: "2026-01-01T00:00:00Z",
};

test("an empty store: nobody owns, nothing is wanted, the first epoch needs index 0", () => {
  const { seen } = clusterView([], context);
  expect(seen.owner).toEqual({ record: null, session: null });
  expect(seen.epoch).toEqual({ value: 0, index: 0 });
  expect(seen.intent).toEqual({ record: null, index: 0 });
});

test("owner and session are two things: a lock can be free while its record is read", () => {
  expect(clusterView([entry("zsha/owner", owner, { session: "s1" })], context).seen.owner).toEqual({
    record: owner,
    session: "s1",
  });
  expect(clusterView([entry("zsha/owner", owner)], context).seen.owner).toEqual({ record: owner, session: null });
});

test("fences still to be made come from every taker, those to be lifted are this node's only", () => {
  const target = (address: string, node: string | null) => ({ address, node });
  const at = "2026-01-01T00:00:00Z";
  const view = clusterView(
    [
      entry("zsha/fence/00000002", {
        epoch: 2,
        node: "ceph-2",
        state: "fencing",
        at,
        targets: [target("10.0.0.3:0/5", "ceph-3")],
      }),
      entry("zsha/fence/00000001", {
        epoch: 1,
        node: "ceph-2",
        state: "fenced",
        at,
        targets: [target("10.0.0.1:0/1", "ceph-1"), target("10.0.0.1:0/2", "ceph-1"), target("10.0.0.9:0/1", null)],
      }),
    ],
    context,
  );
  expect(view.seen.unfinishedFences).toEqual(["10.0.0.3:0/5"]);
  expect(view.seen.liftable).toEqual(["10.0.0.1:0/2"]);
});

test("a deadline is moved to this node's monotonic clock", () => {
  const operation = {
    id: "1",
    kind: "migrate",
    source: "ceph-1",
    target: "ceph-2",
    phase: "requested",
    percent: null,
    error: null,
    actor: "a",
    deadline: "2026-01-01T00:01:10Z",
    at: "2026-01-01T00:00:00Z",
  };
  expect(clusterView([entry("zsha/operation", operation)], context).seen.operation.expiresAt).toBe(110_000);
});

test("a peer's record ages by our clock from its last change", () => {
  const record = {
    name: "ceph-2",
    ip: "10.0.0.2",
    suiteVersion: "1",
    bootId: "b",
    domain: "stopped",
    storageCanary: "ok",
    eligible: true,
    ineligibleBecause: [],
    at: "1999-01-01T00:00:00Z",
  };
  const first = clusterView([entry("zsha/node/ceph-2", record, { session: "s2" })], context).seen;
  const later = { ...context, monotonicMs: 90_000, before: first };
  expect(
    clusterView([entry("zsha/node/ceph-2", record, { session: "s2" })], later).seen.peers["ceph-2"]?.changedAt,
  ).toBe(50_000);
  const renewed = { ...record, at: "1999-01-01T00:00:10Z" };
  expect(
    clusterView([entry("zsha/node/ceph-2", renewed, { session: "s2" })], later).seen.peers["ceph-2"]?.changedAt,
  ).toBe(90_000);
});

test("what nobody understands is named and counts as not there", () => {
  const view = clusterView([entry("zsha/intent", { want: "maybe" }), entry("zsha/owner", "{")], context);
  expect(view.unreadable).toEqual(["zsha/owner", "zsha/intent"]);
  expect(view.seen.intent.record).toBeNull();
});
