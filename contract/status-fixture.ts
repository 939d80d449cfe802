import type { ClusterStatus } from "@/contract/cluster-status";
import type { HaStatus } from "@/contract/ha-status";
import { known, unknown } from "@/contract/observed";

/** A cluster of three nodes in which nothing is wrong, for tests. */
export const at = "2026-11-22T10:00:00.000Z";
export const nowMs = Date.parse(at);
export const seen = <T>(value: T) => known(value, at);

export const ceph = (
  health: "HEALTH_OK" | "HEALTH_WARN" | "HEALTH_ERR" = "HEALTH_OK",
  byState = { "active+clean": 128 },
) => ({
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

export const ha = (change: Partial<HaStatus> = {}): HaStatus => ({
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

export function status(change: Partial<ClusterStatus> = {}): ClusterStatus {
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
export const nodesWith = (name: string, change: Partial<ClusterStatus["nodes"][number]>) =>
  status().nodes.map((node) => (node.name === name ? { ...node, ...change } : node));
export const unreachable = seen({ reachable: false, because: "no answer", roundTripMs: null });
