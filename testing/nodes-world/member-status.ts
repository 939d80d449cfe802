import type { HaStatus } from "@/contract/ha-status";
import { known } from "@/contract/observed";
import type { MemoryNode } from "@/testing/conformance/memory-world";
import { quorumOf } from "@/testing/deploy-cluster-world/ceph-cluster";
import { runsSuite, statusOf } from "@/testing/deploy-cluster-world/suite-program";
import type { NodesWorld } from "@/testing/nodes-world/nodes-world";

export const fsid = "0f51d000-0000-4000-8000-000000000000";

/** As `zsha status` of this node tells it. */
export function memberStatus(world: NodesWorld, node: MemoryNode): HaStatus {
  const said = statusOf(world, node);
  const cluster = world.ceph();
  const osds = (cluster?.osds ?? []).flatMap((osd, id) => (osd === null ? [] : [{ id, up: osd.isUp, in: osd.isUp }]));
  const up = osds.filter((osd) => osd.up).length;
  const monitors = world.monitors();
  const quorum = quorumOf(world.memory.nodes.values())?.names ?? [];
  const wanted = [...new Set([...world.input.nodes, ...world.change.leaving].map(({ storageIp }) => storageIp))];
  return {
    ...said,
    managementVm: { ...said.managementVm, state: "running", node: world.home, epoch: 1 },
    services: world.input.nodes
      .filter(({ storageIp }) => world.membersOn(node.name).some(([ip]) => ip === storageIp))
      .map(({ name, storageIp }) => ({
        node: name,
        ip: storageIp,
        state: runsSuite(world.memory.node(name)) ? ("running" as const) : ("stopped" as const),
        suiteVersion: "0.1.0",
        eligible: true,
        ineligibleBecause: [],
      })),
    consul: known(
      {
        members: wanted.flatMap((ip) => {
          const status = new Map(world.membersOn(node.name)).get(ip);
          const rest = { type: "server" as const, build: "1.20.0", protocol: "2", datacenter: "dc1" };
          return status === undefined ? [] : [{ name: ip, address: `${ip}:8301`, status, ...rest }];
        }),
        leader: "leader:8300",
        peers: [...world.peers].map((ip) => `${ip}:8300`),
        autopilotSafe: true,
      },
      said.at,
    ),
    ceph: known(
      {
        fsid,
        health: "HEALTH_OK",
        checks: [],
        monitors: monitors.map((name) => ({ name, address: `${name}:6789`, inQuorum: quorum.includes(name) })),
        monmapEpoch: 1,
        electionEpoch: 1,
        osdmapEpoch: 1,
        osds: { total: osds.length, up, in: up },
        osdsByHost: Object.fromEntries(
          world.change.deployment.nodes.map(({ name }) => [name, [{ id: 0, up: true, in: true }]]),
        ),
        flags: [],
        pgs: {
          total: 64,
          byState: { [up < osds.length ? "active+undersized+degraded" : "active+clean"]: 64 },
          pools: 1,
          objects: 1,
        },
        bytes: { data: 1, used: 3, available: 97, total: 100 },
        clientIo: { readBytesPerSecond: 0, writeBytesPerSecond: 0, operationsPerSecond: 0 },
      },
      said.at,
    ),
  };
}
