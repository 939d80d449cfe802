import { expect, it } from "vitest";
import {
  cephFixture,
  clusterStatusFixture,
  haStatusFixture,
} from "@/components/cluster/fixtures/cluster-status-fixture";
import { statusText } from "@/components/cluster/status-text";
import { known, unknown } from "@/contract/observed";

const at = "2026-11-22T14:00:00.000Z";

it("has the manual's headings in the manual's order, and its values", () => {
  const text = statusText(clusterStatusFixture(at));
  expect(text.match(/^>>>.*$/gm)).toEqual([
    ">>>MN-VM Running On",
    ">>>Last MN-VM Start Record",
    ">>>ZStack HA Services Running On",
    ">>>Consul Members",
    ">>>Management Node IP",
    ">>>Public Network IP",
    ">>>Ceph Status",
    ">>>Checking Host I/O",
  ]);
  expect(text).toContain(">>>MN-VM Running On\n192.168.255.205 : running\n");
  expect(text).toContain("192.168.255.221 : ceph-2\n");
  expect(text).toContain("592 active+clean\n");
  expect(text).toContain(">>>Checking Host I/O\ndone.\n");
});

it("names what is not as it should be instead of a plain done", () => {
  const ha = haStatusFixture(at, {
    ceph: unknown("monitors did not answer within 5 s", at),
    hostIo: [
      { node: "ceph-1", state: "ok", milliseconds: 40 },
      { node: "ceph-2", state: "failed", milliseconds: null },
    ],
  });
  const text = statusText(clusterStatusFixture(at, { ha: known(ha, at) }));
  expect(text).toContain(">>>Ceph Status\nunknown: monitors did not answer within 5 s\n");
  expect(text).toContain(">>>Checking Host I/O\nceph-2 : failed\n");
  expect(text).not.toContain("done.");
});

it("lines Consul's columns up", () => {
  const rows = statusText(clusterStatusFixture(at))
    .split("\n")
    .filter((line) => /alive|Protocol/.test(line));
  expect(new Set(rows.map((row) => row.search(/alive|Status/))).size).toBe(1);
  expect(rows).toHaveLength(4);
});

it("prints Ceph's flags and every check", () => {
  const ceph = cephFixture({
    health: "HEALTH_WARN",
    flags: ["noout"],
    checks: [{ code: "OSDMAP_FLAGS", severity: "HEALTH_WARN", summary: "noout flag(s) set", muted: false }],
  });
  const text = statusText(clusterStatusFixture(at, { ha: known(haStatusFixture(at, { ceph: known(ceph, at) }), at) }));
  expect(text).toContain("health HEALTH_WARN\n    noout flag(s) set\n");
  expect(text).toContain("flags noout\n");
});
