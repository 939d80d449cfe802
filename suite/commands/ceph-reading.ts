import { z } from "zod";
import type { CephStatus } from "@/contract/ha-status";

/** What `ceph status`, `ceph mon dump`, `ceph osd tree` and `ceph osd dump` print as JSON, in the shapes of Ceph 10 to 18. */
const checksSchema = z.record(
  z.string(),
  z.object({ severity: z.string(), summary: z.object({ message: z.string() }), muted: z.boolean().default(false) }),
);
const osdNumbers = z.object({
  epoch: z.number(),
  num_osds: z.number(),
  num_up_osds: z.number(),
  num_in_osds: z.number(),
});
const statusSchema = z.object({
  fsid: z.string(),
  health: z.object({
    status: z.enum(["HEALTH_OK", "HEALTH_WARN", "HEALTH_ERR"]).optional(),
    overall_status: z.enum(["HEALTH_OK", "HEALTH_WARN", "HEALTH_ERR"]).optional(),
    checks: checksSchema.default({}),
    summary: z.array(z.object({ severity: z.string(), summary: z.string() })).default([]),
  }),
  election_epoch: z.number().default(0),
  quorum_names: z.array(z.string()).default([]),
  osdmap: z.union([osdNumbers, z.object({ osdmap: osdNumbers }).transform((outer) => outer.osdmap)]),
  pgmap: z.object({
    pgs_by_state: z.array(z.object({ state_name: z.string(), count: z.number() })).default([]),
    num_pgs: z.number(),
    num_pools: z.number().default(0),
    num_objects: z.number().default(0),
    data_bytes: z.number(),
    bytes_used: z.number(),
    bytes_avail: z.number(),
    bytes_total: z.number(),
    read_bytes_sec: z.number().default(0),
    write_bytes_sec: z.number().default(0),
    read_op_per_sec: z.number().default(0),
    write_op_per_sec: z.number().default(0),
    op_per_sec: z.number().default(0),
    recovering_bytes_per_sec: z.number().default(0),
    recovering_objects_per_sec: z.number().default(0),
  }),
});
const monDumpSchema = z.object({
  epoch: z.number(),
  mons: z.array(z.object({ name: z.string(), addr: z.string().default(""), public_addr: z.string().default("") })),
});
const treeSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      type: z.string(),
      children: z.array(z.number()).default([]),
      status: z.string().optional(),
      reweight: z.number().default(0),
    }),
  ),
});

const poolsSchema = z.object({
  pools: z.array(z.object({ pool_name: z.string(), size: z.number(), min_size: z.number() })),
});
/** Of Ceph's managers: nobody's data. */
const managerPools: ReadonlySet<string> = new Set([".mgr", "device_health_metrics"]);

export const cephReadings = { status: z.unknown(), monDump: z.unknown(), tree: z.unknown() } as const;

/** Throws when the status itself is not understood; monitors, tree and pools are additions. */
export function readCephStatus(status: unknown, monDump: unknown, tree: unknown, osdDump: unknown = null): CephStatus {
  const read = statusSchema.parse(status);
  const dump = monDumpSchema.safeParse(monDump);
  const nodes = treeSchema.safeParse(tree);
  const pools = (poolsSchema.safeParse(osdDump).data?.pools ?? []).filter((pool) => !managerPools.has(pool.pool_name));
  const checks = Object.entries(read.health.checks).map(([code, check]) => ({
    code,
    severity: check.severity,
    summary: check.summary.message,
    muted: check.muted,
  }));
  const old = read.health.summary.map((entry) => ({
    code: "",
    severity: entry.severity,
    summary: entry.summary,
    muted: false,
  }));
  const all = checks.length > 0 ? checks : old;
  const operations = read.pgmap.read_op_per_sec + read.pgmap.write_op_per_sec || read.pgmap.op_per_sec;
  return {
    fsid: read.fsid,
    health: read.health.status ?? read.health.overall_status ?? "HEALTH_ERR",
    checks: all,
    monitors: dump.success
      ? dump.data.mons.map((mon) => ({
          name: mon.name,
          address: (mon.public_addr || mon.addr).replace(/\/\d+$/, ""),
          inQuorum: read.quorum_names.includes(mon.name),
        }))
      : read.quorum_names.map((name) => ({ name, address: "", inQuorum: true })),
    monmapEpoch: dump.success ? dump.data.epoch : 0,
    electionEpoch: read.election_epoch,
    osdmapEpoch: read.osdmap.epoch,
    osds: { total: read.osdmap.num_osds, up: read.osdmap.num_up_osds, in: read.osdmap.num_in_osds },
    osdsByHost: nodes.success ? osdsByHost(nodes.data.nodes) : null,
    ...(pools.length === 0 ? {} : { copiesToSpare: Math.min(...pools.map((pool) => pool.size - pool.min_size)) }),
    flags: all.flatMap((check) => /([a-z,-]+) flag\(s\) set/.exec(check.summary)?.[1]?.split(",") ?? []),
    pgs: {
      total: read.pgmap.num_pgs,
      byState: Object.fromEntries(read.pgmap.pgs_by_state.map((state) => [state.state_name, state.count])),
      pools: read.pgmap.num_pools,
      objects: read.pgmap.num_objects,
    },
    bytes: {
      data: read.pgmap.data_bytes,
      used: read.pgmap.bytes_used,
      available: read.pgmap.bytes_avail,
      total: read.pgmap.bytes_total,
    },
    clientIo: {
      readBytesPerSecond: read.pgmap.read_bytes_sec,
      writeBytesPerSecond: read.pgmap.write_bytes_sec,
      operationsPerSecond: operations,
      // Ceph leaves out what is zero; one from before 11 tells the sum alone.
      ...(read.pgmap.op_per_sec > 0
        ? {}
        : {
            readOperationsPerSecond: read.pgmap.read_op_per_sec,
            writeOperationsPerSecond: read.pgmap.write_op_per_sec,
          }),
    },
    recovery: {
      bytesPerSecond: read.pgmap.recovering_bytes_per_sec,
      objectsPerSecond: read.pgmap.recovering_objects_per_sec,
    },
  };
}

function osdsByHost(nodes: z.infer<typeof treeSchema>["nodes"]): NonNullable<CephStatus["osdsByHost"]> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return Object.fromEntries(
    nodes
      .filter((node) => node.type === "host")
      .map((host) => [
        host.name,
        host.children
          .flatMap((id) => byId.get(id) ?? [])
          .map((osd) => ({ id: osd.id, up: osd.status === "up", in: osd.reweight > 0 }))
          .sort((a, b) => a.id - b.id),
      ]),
  );
}
