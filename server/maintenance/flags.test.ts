import { describe, expect, test } from "vitest";
import type { CephStatus } from "@/contract/ha-status";
import type { MaintenanceRecord } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";
import { unknown } from "@/contract/observed";
import { at, ceph, ha, seen } from "@/contract/status-fixture";
import { type FlagsAsked, maintenanceFlags } from "@/server/maintenance/flags";

const unread = unknown<never>("late", at);
const record: MaintenanceRecord = {
  protocol: 1,
  kind: "node-down",
  subject: "ceph-2",
  runId: "r",
  actor: "admin",
  at,
  flags: "host",
  before: { hosts: {}, vmHa: null, guests: {} },
};
const withTree = (osdsByHost: CephStatus["osdsByHost"]) => seen(ha({ ceph: seen({ ...ceph(), osdsByHost }) }));
const asked = (change: Partial<FlagsAsked> = {}): FlagsAsked => ({
  kind: "node-up",
  subject: "ceph-2",
  nodes: ["ceph-1", "ceph-2", "ceph-3"],
  ha: seen(ha()),
  look: { flags: seen({ cluster: [], byHost: {} }), open: seen([]), canFlagHost: true },
  isCephOwn: null,
  ...change,
});
const set = seen({ cluster: [], byHost: { "ceph-2": ["noout"] } });
const elsewhere = { "ceph-9": [{ id: 0, up: true, in: true }] };

describe("up", () => {
  test("what is set ends, also when Ceph's tree was not read or names no OSD of the node", () => {
    const look = { flags: set, open: seen([record]), canFlagHost: true };
    expect(maintenanceFlags(asked({ look }))).toBe("host");
    expect(maintenanceFlags(asked({ look, ha: withTree(null) }))).toBe("host");
    expect(maintenanceFlags(asked({ look, ha: withTree(elsewhere) }))).toBe("host");
    expect(maintenanceFlags(asked({ look, ha: unread }))).toBe("host");
  });

  test("the manual's flags end, whoever set them", () => {
    const flags = seen({ cluster: ["noout"], byHost: {} });
    expect(maintenanceFlags(asked({ look: { flags, open: seen([]), canFlagHost: true } }))).toBe("cluster");
  });

  test("where Ceph cannot be asked, what the maintenance wrote down counts", () => {
    const look = { flags: unread, open: seen([{ ...record, flags: "cluster" as const }]), canFlagHost: true };
    expect(maintenanceFlags(asked({ look, ha: withTree(elsewhere) }))).toBe("cluster");
  });

  test("a node without OSDs has none to end", () => {
    expect(maintenanceFlags(asked({ ha: withTree(elsewhere) }))).toBe("none");
  });
});

describe("down", () => {
  test("a tree that was not read is not a cluster without OSDs", () => {
    expect(maintenanceFlags(asked({ kind: "node-down", ha: withTree(null) }))).toBe("host");
    expect(maintenanceFlags(asked({ kind: "cluster-down", subject: wholeCluster, ha: withTree(null) }))).toBe(
      "cluster",
    );
  });

  test("OSDs on other machines only are left alone", () => {
    expect(maintenanceFlags(asked({ kind: "node-down", ha: withTree(elsewhere) }))).toBe("none");
    const whole = { kind: "cluster-down", subject: wholeCluster, ha: withTree(elsewhere) } as const;
    expect(maintenanceFlags(asked(whole))).toBe("none");
    expect(maintenanceFlags(asked({ ...whole, isCephOwn: true }))).toBe("cluster");
  });

  test("a Ceph that cannot flag one host has the manual's flags", () => {
    const look = { ...asked().look, canFlagHost: false };
    expect(maintenanceFlags(asked({ kind: "node-down", look }))).toBe("cluster");
  });
});
