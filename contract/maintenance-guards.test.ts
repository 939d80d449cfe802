import { describe, expect, test } from "vitest";
import type { CephStatus, HaStatus } from "@/contract/ha-status";
import type { MaintenanceRecord } from "@/contract/maintenance";
import {
  factsOfHa,
  type GuardFacts,
  type MaintenanceGuardCode,
  maintenanceGuards,
  nodeGuards,
} from "@/contract/maintenance-guards";
import { known, unknown } from "@/contract/observed";
import { sentenceText } from "@/contract/sentence";
import { healthyStatus } from "@/testing/drill-world/healthy-status";

const at = "2026-01-01T00:00:00.000Z";
const yes = known({ ok: true, said: "" }, at);
const owner = "ceph-1";
const whole = healthyStatus(owner, 7);
if (whole.ceph.state === "unknown" || whole.consul.state === "unknown") throw new Error("a healthy status is expected");
const osds = Object.fromEntries(["ceph-1", "ceph-2", "ceph-3"].map((node, id) => [node, [{ id, up: true, in: true }]]));
const ceph: CephStatus = { ...whole.ceph.value, osdsByHost: osds };
const consul = whole.consul.value;

const withCeph = (change: Partial<CephStatus>): Partial<HaStatus> => ({ ceph: known({ ...ceph, ...change }, at) });
const facts = (change: Partial<HaStatus> = {}, more: Partial<GuardFacts> = {}): GuardFacts => ({
  ...factsOfHa({ ...whole, ...withCeph({}), ...change }, at, { okToStop: yes, open: known([], at) }),
  ...more,
});
const open = (given: GuardFacts, node = "ceph-3") =>
  maintenanceGuards(given, { kind: "node-down", subject: node }).filter(({ state }) => state !== "holds");
const codes = (given: GuardFacts, node?: string): MaintenanceGuardCode[] => open(given, node).map(({ code }) => code);
const said = (given: GuardFacts, node?: string): string =>
  open(given, node)
    .map(({ sentence }) => sentenceText(sentence))
    .join("; ");
const services = (change: (node: string) => Partial<HaStatus["services"][number]>): Partial<HaStatus> => ({
  services: whole.services.map((service) => ({ ...service, ...change(service.node) })),
});
/** Members are named by address, in the nodes' order. */
const lost = (node: string): Partial<HaStatus> => {
  const place = whole.services.findIndex((service) => service.node === node);
  const members = consul.members.map((member, at) =>
    at === place ? { ...member, status: "failed" as const } : member,
  );
  return { consul: known({ ...consul, members }, at) };
};

describe("a node may go down", () => {
  test("from a whole cluster, also when the management VM has to leave it first", () => {
    expect(codes(facts())).toEqual([]);
    expect(codes(facts(), owner)).toEqual([]);
    const [first] = maintenanceGuards(facts(), { kind: "node-down", subject: owner });
    expect(sentenceText(first?.sentence ?? "")).toBe("the management VM moves from ceph-1 to ceph-2 first");
  });

  test("its plug may be pulled only once the VM has left", () => {
    const light = nodeGuards(facts(), owner, "must-be-gone").find(({ state }) => state !== "holds");
    expect(light).toMatchObject({ code: "vm-away", state: "fails" });
  });
});

describe("the manual's naive steps would lose data or service, and are held with the right sentence", () => {
  test("the last good replica lies on the node", () => {
    const refusal = "unsafe to stop osd(s) at this time (3 PGs are or would become offline)";
    const given = facts({}, { okToStop: known({ ok: false, said: refusal }, at) });
    expect(codes(given)).toEqual(["data-available"]);
    expect(said(given)).toBe(`Ceph says data would stop without ceph-3: ${refusal}`);
  });

  test("nobody knows which OSDs are on it", () => {
    const given = facts(withCeph({ osdsByHost: null }));
    expect(open(given).map(({ code, state }) => [code, state])).toEqual([["data-available", "unknown"]]);
    expect(said(given)).toContain("it is not known which node has which OSD");
    expect(codes(facts(withCeph({ osdsByHost: {} })))).toEqual([]);
  });

  test("HEALTH_OK is not needed: a warning that risks nothing does not hold it back", () => {
    const checks = [{ code: "POOL_NO_REDUNDANCY", severity: "HEALTH_WARN", summary: "x", muted: false }];
    expect(codes(facts(withCeph({ health: "HEALTH_WARN", checks })))).toEqual([]);
  });

  test("a second node is down already: quorum of two", () => {
    const given = facts({ ...lost("ceph-2"), ...services((node) => (node === "ceph-2" ? { eligible: null } : {})) });
    expect(codes(given)).toEqual(["standby-remains", "consul-majority", "nodes-healthy"]);
    expect(said(given)).toContain("Only 1 Consul servers would stay; 2 are needed");
  });

  test("its monitor is one of the two that are left", () => {
    const monitors = ceph.monitors.map((monitor) => ({ ...monitor, inQuorum: monitor.name !== "ceph-2" }));
    const given = facts(withCeph({ monitors }));
    expect(codes(given)).toEqual(["monitor-majority"]);
    expect(said(given)).toContain("Only 1 Ceph monitors would stay in quorum; 2 are needed");
  });

  test("no healthy target for the management VM", () => {
    const given = facts(services((node) => (node === owner ? {} : { eligible: false, ineligibleBecause: ["bridge"] })));
    expect(codes(given, owner)).toEqual(["vm-away", "standby-remains"]);
    expect(said(given, owner)).toContain("no other node can take it: ceph-2: bridge; ceph-3: bridge");
  });

  test("nobody could take over while it is away", () => {
    const given = facts(
      services((node) => (node === "ceph-2" ? { eligible: false, ineligibleBecause: ["memory"] } : {})),
    );
    expect(codes(given)).toEqual(["standby-remains"]);
  });

  test("another node is in maintenance, or this one is already", () => {
    const record = (subject: string): MaintenanceRecord => ({
      protocol: 1,
      kind: "node-down",
      subject,
      runId: "r",
      actor: "li",
      at,
      flags: "host",
      before: { hosts: {}, vmHa: null, guests: {} },
    });
    expect(said(facts({}, { open: known([record("ceph-2")], at) }))).toContain("ceph-2 is in maintenance: begun by li");
    expect(said(facts({}, { open: known([record("ceph-3")], at) }))).toContain("in maintenance already");
  });

  test("something else is changing the cluster", () => {
    expect(codes(facts({}, { activeRun: "r7" }))).toEqual(["nothing-running"]);
    const lock = { holder: "zsha", runId: "x", kind: "zsha migrate", fence: null, actor: "a", place: "p", at } as const;
    expect(said(facts({}, { runLock: known(lock, at) }))).toContain("zsha migrate");
  });
});

describe("each of the manual's naive steps in its worst moment", () => {
  const without = (name: string) => ceph.monitors.map((one) => ({ ...one, inQuorum: one.name !== name }));
  const unfit = services((node) => (node === owner ? {} : { eligible: false, ineligibleBecause: ["storage failed"] }));
  const twoAlive = { ...lost("ceph-2"), ...services((node) => (node === "ceph-2" ? { eligible: null } : {})) };
  const lastCopy = { okToStop: known({ ok: false, said: "1 PG would become offline" }, at) };
  // `zsha migrate`, `ceph osd set noout`, `shutdown`: the manual asks for none of these first.
  test.each<[string, string, GuardFacts, string | null]>([
    ["shutdown: the last good replica is on it", "ceph-3", facts({}, lastCopy), "data would stop without ceph-3: 1 PG"],
    ["shutdown: the second node is down already", "ceph-3", facts(twoAlive), "ceph-2 is not alive"],
    ["shutdown: Consul's quorum is two", "ceph-3", facts(twoAlive), "Only 1 Consul servers would stay; 2 are needed"],
    // The monitor of the lowest rank leads: ceph-1.
    ["shutdown: the leading monitor of three", "ceph-1", facts(), null],
    [
      "shutdown: the leading monitor of two",
      "ceph-1",
      facts(withCeph({ monitors: without("ceph-2") })),
      "Only 1 Ceph monitors would stay in quorum; 2 are needed",
    ],
    ["migrate: no target is healthy", owner, facts(unfit), "no other node can take it: ceph-2: storage failed"],
    [
      "migrate: the target's service does not run",
      owner,
      facts(services((node) => (node === owner ? {} : { state: "stopped", eligible: null }))),
      "no other node can take it: ceph-2: zshad is not running on ceph-2",
    ],
    [
      "migrate: the VM is being moved already",
      owner,
      facts({ managementVm: { ...whole.managementVm, state: "migrating" } }),
      "does not run steadily: wait until it does",
    ],
  ])("%s", (_what, node, given, expected) => {
    const refusal = said(given, node);
    expect(refusal === "").toBe(expected === null);
    expect(refusal).toContain(expected ?? "");
  });

  test.each<[string, GuardFacts, string]>([
    ["a node is down already", facts(lost("ceph-2")), "ceph-2 is not alive"],
    ["copies are missing", facts(withCeph({ osds: { total: 3, up: 2, in: 3 } })), "Data does not have all its copies"],
    [
      "the management VM moves",
      facts({ managementVm: { ...whole.managementVm, state: "migrating" } }),
      "wait until it has",
    ],
  ])("zsha stop and shutdown of all: %s", (_what, given, expected) => {
    const held = maintenanceGuards(given, { kind: "cluster-down", subject: "cluster" });
    expect(held.map(({ sentence }) => sentenceText(sentence)).join("; ")).toContain(expected);
    expect(held.some(({ state }) => state === "fails")).toBe(true);
  });
});

describe("what cannot be read holds", () => {
  test.each<[string, GuardFacts, MaintenanceGuardCode]>([
    ["zsha status", facts({}, { ha: unknown("no answer", at) }), "data-available"],
    ["Ceph", facts({ ceph: unknown("timed out", at) }), "monitor-majority"],
    ["Ceph's answer about the OSDs", facts({}, { okToStop: unknown("timed out", at) }), "data-available"],
    ["the owner", facts({}, { owner: unknown("no answer", at) }), "vm-away"],
    ["Consul's members", facts({ consul: unknown("no leader", at) }), "consul-majority"],
    ["the records", facts({}, { open: unknown("no answer", at) }), "no-other-maintenance"],
    ["the lock", facts({}, { runLock: unknown("no answer", at) }), "nothing-running"],
    [
      "whether the rest can take over",
      facts(services((node) => (node === "ceph-2" ? { eligible: null } : {}))),
      "standby-remains",
    ],
  ])("%s", (_what, given, code) => {
    const answer = maintenanceGuards(given, { kind: "node-down", subject: "ceph-3" }).find((one) => one.code === code);
    expect(answer?.state).toBe("unknown");
    expect(sentenceText(answer?.sentence ?? "")).toContain("could not be read");
  });
});

describe("the whole cluster", () => {
  const down = (given: GuardFacts) =>
    maintenanceGuards(given, { kind: "cluster-down", subject: "cluster" }).filter(({ state }) => state !== "holds");

  test("goes down whole only", () => {
    expect(down(facts())).toEqual([]);
    expect(down(facts(lost("ceph-2"))).map(({ code }) => code)).toEqual(["nodes-healthy"]);
    const unclean = withCeph({ pgs: { ...ceph.pgs, byState: { "active+clean": 60, "active+undersized": 4 } } });
    expect(down(facts(unclean)).map(({ sentence }) => sentenceText(sentence))).toEqual([
      "Data does not have all its copies: 4 placement groups not clean, 0 other OSDs down",
    ]);
  });

  test("comes up though nothing of it can be read", () => {
    const dark = facts({}, { ha: unknown("off", at), owner: unknown("off", at), runLock: unknown("off", at) });
    const guards = maintenanceGuards(dark, { kind: "cluster-up", subject: "cluster" });
    expect(guards.every(({ state }) => state === "holds")).toBe(true);
  });
});
