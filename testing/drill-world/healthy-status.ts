import type { CephStatus, HaStatus } from "@/contract/ha-status";
import { known } from "@/contract/observed";

const at = "2026-01-01T00:00:00.000Z";

const ceph: CephStatus = {
  fsid: "7eafa8a3-7318-4d93-86fe-4186e1509f15",
  health: "HEALTH_OK",
  checks: [],
  monitors: ["ceph-1", "ceph-2", "ceph-3"].map((name, place) => ({
    name,
    address: `10.0.0.${place + 1}:6789`,
    inQuorum: true,
  })),
  monmapEpoch: 1,
  electionEpoch: 6,
  osdmapEpoch: 33,
  osds: { total: 3, up: 3, in: 3 },
  osdsByHost: { "ceph-1": [{ id: 0, up: true, in: true }] },
  flags: [],
  pgs: { total: 64, byState: { "active+clean": 64 }, pools: 2, objects: 10 },
  bytes: { data: 1, used: 3, available: 97, total: 100 },
  clientIo: { readBytesPerSecond: 0, writeBytesPerSecond: 0, operationsPerSecond: 0 },
};

/** What `zsha status --json` says of three nodes with nothing wrong. */
export function healthyStatus(vmNode: string, epoch: number, change: Partial<HaStatus> = {}): HaStatus {
  const names = ["ceph-1", "ceph-2", "ceph-3"];
  return {
    protocol: 1,
    at,
    reporter: "ceph-2",
    suiteVersion: "0.1.0",
    managementVm: { state: "running", node: vmNode, nodeIp: null, epoch, since: at, appliedConfigVersion: null },
    lastStart: null,
    services: names.map((node, place) => ({
      node,
      ip: `10.0.0.${place + 1}`,
      state: "running",
      suiteVersion: "0.1.0",
      eligible: true,
      ineligibleBecause: [],
    })),
    consul: known(
      {
        // The suite names Consul's servers by their storage address.
        members: names.map((_node, place) => ({
          name: `10.0.0.${place + 1}`,
          address: `10.0.0.${place + 1}:8301`,
          status: "alive",
          type: "server",
          build: "1.8.7",
          protocol: "2",
          datacenter: "dc1",
        })),
        leader: "10.0.0.1:8300",
        peers: [],
        autopilotSafe: true,
      },
      at,
    ),
    intent: known({ want: "started", generation: 1, actor: "tester", at }, at),
    operation: null,
    fence: { armed: true, because: "" },
    managementIps: ["10.0.1.100"],
    publicIps: [],
    ceph: known(ceph, at),
    image: known({ pool: "p", name: "mnvm.img", sizeBytes: 1, features: [], exclusiveLock: true, watchers: [] }, at),
    hostIo: [],
    configVersion: 1,
    history: [],
    alarms: [],
    ...change,
  };
}
