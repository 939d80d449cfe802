import { expect, test } from "vitest";
import { type DrillFacts, type DrillGuardCode, drillGuards, drillPlaces, guardsHold } from "@/contract/drill-guards";
import type { HaStatus } from "@/contract/ha-status";
import { known, unknown } from "@/contract/observed";
import { healthyStatus } from "@/testing/drill-world/healthy-status";

const at = "2026-01-01T00:00:00.000Z";
const facts = (change: Partial<HaStatus> = {}): DrillFacts => ({
  ha: known(healthyStatus("ceph-1", 7, change), at),
  runLock: known(null, at),
  activeRun: null,
});
const stateOf = (given: DrillFacts, code: DrillGuardCode) =>
  drillGuards(given).find((guard) => guard.code === code)?.state;
const healthy = healthyStatus("ceph-1", 7);
const ceph = healthy.ceph.state === "known" ? healthy.ceph.value : null;
const consul = healthy.consul.state === "known" ? healthy.consul.value : null;
if (ceph === null || consul === null) throw new Error("the fixture knows Ceph and Consul");
const [first, second, third] = healthy.services;
if (first === undefined || second === undefined || third === undefined) throw new Error("three services are expected");

test("a healthy cluster may be drilled, from the owner to the first node that can take over", () => {
  expect(guardsHold(drillGuards(facts()))).toBe(true);
  expect(drillPlaces(healthy)).toEqual({ owner: "ceph-1", standby: "ceph-2" });
});

test("nothing read: every guard that asks the cluster is unknown, and unknown holds back", () => {
  const guards = drillGuards({
    ha: unknown("no node answered", at),
    runLock: unknown("no answer", at),
    activeRun: null,
  });
  expect(guards.map(({ state }) => state)).toEqual(guards.map(() => "unknown"));
  expect(guardsHold(guards)).toBe(false);
});

const cases: [string, DrillGuardCode, Partial<HaStatus>, "fails" | "unknown"][] = [
  ["a paused VM", "vm-running", { managementVm: { ...healthy.managementVm, state: "paused" } }, "fails"],
  ["a VM nobody can see", "vm-running", { managementVm: { ...healthy.managementVm, state: "unknown" } }, "unknown"],
  [
    "an intent to stop",
    "vm-running",
    { intent: known({ want: "stopped", generation: 2, actor: "a", at }, at) },
    "fails",
  ],
  ["a zshad that is gone", "suite-healthy", { services: [first, second, { ...third, state: "stopped" }] }, "fails"],
  ["two versions", "suite-healthy", { services: [first, second, { ...third, suiteVersion: "0.2.0" }] }, "fails"],
  [
    "no node that may take over",
    "standby-ready",
    { services: [first, { ...second, eligible: false }, { ...third, eligible: false }] },
    "fails",
  ],
  [
    "standbys that do not tell",
    "standby-ready",
    { services: [first, { ...second, eligible: null }, { ...third, eligible: false }] },
    "unknown",
  ],
  ["no leader", "consul-safe", { consul: known({ ...consul, leader: null }, at) }, "fails"],
  ["a dead server", "consul-safe", { consul: known({ ...consul, members: consul.members.slice(1) }, at) }, "fails"],
  [
    "degraded data",
    "storage-safe",
    { ceph: known({ ...ceph, pgs: { ...ceph.pgs, byState: { "active+undersized": 3 } } }, at) },
    "fails",
  ],
  ["a lost OSD", "storage-safe", { ceph: known({ ...ceph, osds: { total: 3, up: 2, in: 3 } }, at) }, "fails"],
  [
    "monitors without a spare one",
    "storage-safe",
    { ceph: known({ ...ceph, monitors: ceph.monitors.slice(0, 2) }, at) },
    "fails",
  ],
  ["silent Ceph", "storage-safe", { ceph: unknown("no answer", at) }, "unknown"],
  ["an unarmed fence", "fence-armed", { fence: { armed: false, because: "not on record yet" } }, "fails"],
  ["a flag left on", "nothing-left-on", { ceph: known({ ...ceph, flags: ["noout"] }, at) }, "fails"],
];

test.each(cases)("%s holds it back (%s)", (_what, code, change, state) => {
  expect(stateOf(facts(change), code)).toBe(state);
});

test("another run, or another panel's lock, holds it back", () => {
  expect(stateOf({ ...facts(), activeRun: "r1" }, "no-other-run")).toBe("fails");
  const lock = { holder: "panel" as const, runId: "r2", kind: "deploy-cluster", fence: 1, actor: "b", place: "p", at };
  expect(stateOf({ ...facts(), runLock: known(lock, at) }, "no-other-run")).toBe("fails");
});
