import { expect, test } from "vitest";
import { readCephStatus } from "@/suite/commands/ceph-reading";

const pgmap = {
  pgs_by_state: [{ state_name: "active+clean", count: 16 }],
  num_pgs: 16,
  data_bytes: 100,
  bytes_used: 300,
  bytes_avail: 700,
  bytes_total: 1000,
};
const numbers = { epoch: 33, num_osds: 3, num_up_osds: 2, num_in_osds: 3 };

test("Ceph 16: checks by code, flat osdmap, monitors from the dump, OSDs by host", () => {
  const status = {
    fsid: "f",
    health: {
      status: "HEALTH_WARN",
      checks: {
        OSDMAP_FLAGS: {
          severity: "HEALTH_WARN",
          summary: { message: "noout,nobackfill flag(s) set", count: 2 },
          muted: false,
        },
      },
    },
    election_epoch: 6,
    quorum_names: ["a", "c"],
    osdmap: numbers,
    pgmap: { ...pgmap, num_pools: 1, num_objects: 4 },
  };
  const dump = {
    epoch: 2,
    mons: ["a", "b", "c"].map((name) => ({ name, addr: `10.0.0.1:6789/0`, public_addr: "10.0.0.1:6789/0" })),
  };
  const tree = {
    nodes: [
      { id: -3, name: "ceph-1", type: "host", children: [1, 0] },
      { id: 0, name: "osd.0", type: "osd", status: "up", reweight: 1 },
      { id: 1, name: "osd.1", type: "osd", status: "down", reweight: 0 },
    ],
  };
  const pools = {
    pools: [
      { pool_name: "rbd", size: 4, min_size: 2 },
      { pool_name: ".mgr", size: 3, min_size: 2 },
      { pool_name: "images", size: 4, min_size: 1 },
    ],
  };
  expect(readCephStatus(status, dump, tree, pools).copiesToSpare).toBe(2);
  expect(readCephStatus(status, dump, tree)).not.toHaveProperty("copiesToSpare");
  expect(readCephStatus(status, dump, tree)).toMatchObject({
    health: "HEALTH_WARN",
    flags: ["noout", "nobackfill"],
    monitors: [
      { name: "a", address: "10.0.0.1:6789", inQuorum: true },
      { name: "b", inQuorum: false },
      { name: "c", inQuorum: true },
    ],
    osds: { total: 3, up: 2, in: 3 },
    osdsByHost: {
      "ceph-1": [
        { id: 0, up: true, in: true },
        { id: 1, up: false, in: false },
      ],
    },
  });
});

test("Ceph 10: overall status, summaries without codes, nested osdmap", () => {
  const status = {
    fsid: "f",
    health: {
      overall_status: "HEALTH_WARN",
      summary: [{ severity: "HEALTH_WARN", summary: "too many PGs per OSD (592 > max 300)" }],
    },
    election_epoch: 6,
    quorum_names: ["ceph-1"],
    osdmap: { osdmap: numbers },
    pgmap: { ...pgmap, op_per_sec: 26 },
  };
  const read = readCephStatus(status, null, null);
  expect(read.health).toBe("HEALTH_WARN");
  expect(read.checks.map((check) => check.summary)).toEqual(["too many PGs per OSD (592 > max 300)"]);
  expect(read.clientIo.operationsPerSecond).toBe(26);
  expect(read.osds.up).toBe(2);
});

test("a tree that is not understood is not a cluster without OSDs", () => {
  const status = { fsid: "f", health: { status: "HEALTH_OK" }, osdmap: numbers, pgmap };
  expect(readCephStatus(status, null, { nodes: "?" }).osdsByHost).toBeNull();
  expect(readCephStatus(status, null, { nodes: [] }).osdsByHost).toEqual({});
});

test("something else is refused, not guessed at", () => {
  expect(() => readCephStatus({ fsid: "f" }, null, null)).toThrow(/health/);
});
