import { describe, expect, test } from "vitest";
import { clusterHeadline } from "@/contract/cluster-headline";
import { type ClusterStatus, staleAfterMs, withStaleAsUnknown } from "@/contract/cluster-status";
import type { HaStatus } from "@/contract/ha-status";
import { known, unknown } from "@/contract/observed";
import { powerOffLight } from "@/contract/power-off-light";

const at = "2026-11-22T10:00:00.000Z";
const nowMs = Date.parse(at);
const seen = <T>(value: T) => known(value, at);

const ceph = (health: "HEALTH_OK" | "HEALTH_WARN" | "HEALTH_ERR" = "HEALTH_OK", byState = { "active+clean": 128 }) => ({
  fsid: "f",
  health,
  checks: health === "HEALTH_OK" ? [] : [{ code: "X", severity: health, summary: "1 pool full", muted: false }],
  monitors: [1, 2, 3].map((i) => ({ name: `ceph-${i}`, address: `10.0.1.${i}:6789`, inQuorum: true })),
  monmapEpoch: 1,
  electionEpoch: 1,
  osdmapEpoch: 1,
  osds: { total: 3, up: 3, in: 3 },
  osdsByHost: Object.fromEntries([1, 2, 3].map((i) => [`ceph-${i}`, [{ id: i - 1, up: true, in: true }]])),
  flags: [],
  pgs: { total: 128, byState, pools: 1, objects: 1 },
  bytes: { data: 1, used: 1, available: 1, total: 2 },
  clientIo: { readBytesPerSecond: 0, writeBytesPerSecond: 0, operationsPerSecond: 0 },
});

const ha = (change: Partial<HaStatus> = {}): HaStatus => ({
  protocol: 1,
  at,
  reporter: "ceph-1",
  suiteVersion: "0.1.0",
  managementVm: { state: "running", node: "ceph-1", nodeIp: "10.0.1.1", epoch: 3, since: at, appliedConfigVersion: 1 },
  lastStart: null,
  services: ["ceph-1", "ceph-2", "ceph-3"].map((node) => ({
    node,
    ip: node,
    state: "running",
    suiteVersion: "0.1.0",
    eligible: true,
    ineligibleBecause: [],
  })),
  consul: unknown("not needed here", at),
  intent: unknown("not needed here", at),
  operation: null,
  fence: { armed: true, because: "" },
  managementIps: [],
  publicIps: [],
  ceph: seen(ceph()),
  image: unknown("not needed here", at),
  hostIo: [],
  configVersion: 1,
  history: [],
  alarms: [],
  ...change,
});

function status(change: Partial<ClusterStatus> = {}): ClusterStatus {
  return {
    clusterId: "c",
    name: "office",
    revision: 1,
    at,
    nodes: [1, 2, 3].map((i) => ({
      name: `ceph-${i}`,
      address: `10.0.1.${i}`,
      link: seen({ reachable: true, because: null, roundTripMs: 1 }),
      member: seen("alive" as const),
      memberSince: null,
      lastSignAt: at,
      links: seen({ links: [], bonds: [] }),
      suite: seen({
        name: `ceph-${i}`,
        ip: `10.0.1.${i}`,
        suiteVersion: "0.1.0",
        bootId: "b",
        domain: "stopped" as const,
        storageCanary: "ok" as const,
        eligible: true,
        ineligibleBecause: [],
        at,
      }),
    })),
    leader: seen("10.0.1.1:8300"),
    owner: seen({ node: "ceph-1", epoch: 3, domainUuid: "u", phase: "running", startId: "s", clientAddress: null, at }),
    intent: seen({ want: "started", generation: 1, actor: "admin", at }),
    operation: seen(null),
    runLock: seen(null),
    fences: seen([]),
    config: seen({ version: 1, modifyIndex: 1 }),
    ha: seen(ha()),
    panelNetworkSuspect: false,
    ...change,
  };
}
const nodesWith = (name: string, change: Partial<ClusterStatus["nodes"][number]>) =>
  status().nodes.map((node) => (node.name === name ? { ...node, ...change } : node));
const unreachable = seen({ reachable: false, because: "no answer", roundTripMs: null });

describe("the headline", () => {
  test("all good only when everything was read and good", () => {
    expect(clusterHeadline(status())).toMatchObject({ tone: "good", code: "all-good" });
    expect(clusterHeadline(status({ ha: unknown("slow", at) }))).toMatchObject({
      tone: "unknown",
      code: "partly-unknown",
    });
  });

  test("readings older than three refreshes are no longer believed", () => {
    const later = nowMs + staleAfterMs("ha") + 1;
    expect(clusterHeadline(withStaleAsUnknown(status(), later))).toMatchObject({
      tone: "unknown",
      code: "not-read-yet",
    });
    expect(clusterHeadline(withStaleAsUnknown(status(), nowMs + 9_000)).code).toBe("all-good");
  });

  test.each<[string, Partial<ClusterStatus>, string]>([
    ["two nodes vanished at once", { panelNetworkSuspect: true }, "panel-network-suspect"],
    ["Consul has no leader", { leader: seen(null) }, "consul-no-leader"],
    ["storage reports errors", { ha: seen(ha({ ceph: seen(ceph("HEALTH_ERR")) })) }, "storage-error"],
    ["storage reports warnings", { ha: seen(ha({ ceph: seen(ceph("HEALTH_WARN")) })) }, "storage-warning"],
    [
      "nobody owns the VM",
      { owner: seen(null), ha: seen(ha({ managementVm: { ...ha().managementVm, state: "stopped" } })) },
      "management-vm-down",
    ],
    ["the VM's state is unknown", { owner: unknown("x", at), ha: unknown("x", at) }, "management-vm-unknown"],
    ["a node is down", { nodes: nodesWith("ceph-3", { member: seen("failed"), link: unreachable }) }, "node-down"],
    ["a node hides from the panel only", { nodes: nodesWith("ceph-3", { link: unreachable }) }, "partly-unknown"],
  ])("%s", (_name, change, code) => {
    const said = clusterHeadline(status(change));
    expect(said.code).toBe(code);
    expect(said.tone).not.toBe("good");
  });

  test("one node down says since when: as the panel saw it, or else its last sign of life, never the reading's time", () => {
    const facts = (change: object) =>
      clusterHeadline(status({ nodes: nodesWith("ceph-3", { member: seen("failed"), ...change }) })).facts;
    const changedAt = "2026-11-22T09:00:00Z";
    expect(facts({ memberSince: changedAt })).toMatchObject({ how: "seen", since: changedAt });
    expect(facts({ lastSignAt: changedAt })).toMatchObject({ how: "last_sign", since: changedAt });
    expect(facts({ lastSignAt: null })).toMatchObject({ how: "unknown" });
  });

  test("one node down says how many more may go", () => {
    const down = clusterHeadline(status({ nodes: nodesWith("ceph-3", { member: seen("failed") }) }));
    expect(down.facts).toMatchObject({ node: "ceph-3", spare: 0 });
  });
});

describe("the safe-to-power-off light", () => {
  const light = (node: string, change: Partial<ClusterStatus> = {}) => powerOffLight(status(change), node);
  const codes = (node: string, change: Partial<ClusterStatus> = {}) =>
    light(node, change).reasons.map(({ code }) => code);

  test("a standby of a healthy cluster may go, the owner may not", () => {
    expect(light("ceph-2")).toEqual({ light: "safe", reasons: [] });
    expect(light("ceph-1")).toMatchObject({ light: "unsafe", reasons: [{ code: "vm-away" }] });
  });

  test("with one node down no second one may go", () => {
    const change = { nodes: nodesWith("ceph-3", { member: seen("failed" as const) }) };
    expect(codes("ceph-2", change)).toEqual(expect.arrayContaining(["nodes-healthy", "consul-majority"]));
    expect(light("ceph-2", change).light).toBe("unsafe");
  });

  test("unclean data and running work hold it back", () => {
    const unclean = { ...ceph(), pgs: { ...ceph().pgs, byState: { "active+clean": 100, "active+undersized": 28 } } };
    expect(codes("ceph-2", { ha: seen(ha({ ceph: seen(unclean) })) })).toEqual(["data-available"]);
    expect(
      codes("ceph-2", {
        runLock: seen({ holder: "panel", runId: "r", kind: "deploy-cluster", fence: 1, actor: "a", place: "p", at }),
      }),
    ).toEqual(["nothing-running"]);
  });

  test("what could not be read makes it grey, never green", () => {
    expect(light("ceph-2", { ha: unknown("no answer", at) })).toMatchObject({ light: "unknown" });
    expect(light("ceph-2", { owner: unknown("no answer", at) })).toMatchObject({ light: "unknown" });
    const member = unknown<"alive">("no answer", at);
    expect(light("ceph-2", { nodes: nodesWith("ceph-3", { member }) })).toMatchObject({ light: "unknown" });
  });
});
