import { describe, expect, test } from "vitest";
import { type ClusterStatus, withStaleAsUnknown } from "@/contract/cluster-status";
import { statusConditions } from "@/contract/event-conditions";
import { eventKindNames } from "@/contract/event-kinds";
import { historyMoment, runConditions, runMoments } from "@/contract/event-moments";
import type { BondFacts } from "@/contract/bond-facts";
import { wholeCluster } from "@/contract/maintenance-subject";
import { unknown } from "@/contract/observed";
import { at, ceph, ha, nodesWith, nowMs, seen, status, unreachable } from "@/contract/status-fixture";

const found = (now: ClusterStatus): string[] =>
  statusConditions(now).conditions.map(({ identity, kind, severity }) =>
    identity === kind ? `${severity} ${kind}` : `${severity} ${kind} (${identity})`,
  );
const allUnreachable = status().nodes.map((node) => ({ ...node, link: unreachable }));
const down = (subject: string) => [{ subject, runId: "r1", actor: "admin", at }];
const vm = (state: "stopped" | "paused" | "unknown") => seen(ha({ managementVm: { ...ha().managementVm, state } }));
const stopped = seen({ want: "stopped" as const, generation: 2, actor: "admin", at });
const atWork = seen({
  holder: "panel" as const,
  runId: "r7",
  kind: "node-down",
  fence: 1,
  actor: "admin",
  place: "p",
  at,
});

const bond = (member: Partial<BondFacts["members"][number]>): BondFacts => ({
  name: "bond0",
  mode: "active-backup",
  modeText: "fault-tolerance (active-backup)",
  miiUp: true,
  hashPolicy: null,
  lacpRate: null,
  activeAggregatorId: null,
  partnerMac: null,
  activeMember: "eth0",
  members: ["eth0", "eth1"].map((name) => ({
    name,
    miiUp: true,
    speedMbps: 1000,
    linkFailures: 0,
    permanentMac: null,
    aggregatorId: null,
    actorState: null,
    partnerState: null,
    partnerMac: null,
    partnerKey: null,
    partnerPort: null,
    churned: false,
    ...(name === "eth1" ? member : {}),
  })),
});
const nic = (change: object) => ({
  name: "eth0",
  kind: "nic" as const,
  master: "br0",
  mac: "52:54:00:00:00:01",
  mtu: 1500,
  adminUp: true,
  carrier: true,
  speedMbps: 1000,
  carrierChanges: 1,
  ...change,
});

describe("what a status says is wrong", () => {
  test.each<[string, ClusterStatus, string[]]>([
    ["nothing", status(), []],
    [
      "a node that Consul calls failed",
      status({ nodes: nodesWith("ceph-3", { member: seen("failed") }) }),
      ["warning node-down (node-down ceph-3)"],
    ],
    [
      "it cannot be reached either: one thing",
      status({ nodes: nodesWith("ceph-3", { member: seen("failed"), link: unreachable }) }),
      ["warning node-down (node-down ceph-3)"],
    ],
    [
      "alive, and out of the panel's reach",
      status({ nodes: nodesWith("ceph-3", { link: unreachable }) }),
      ["warning node-out-of-reach (node-out-of-reach ceph-3)"],
    ],
    [
      "off on purpose",
      status({ nodes: nodesWith("ceph-3", { member: seen("left"), link: unreachable }), takenDown: down("ceph-3") }),
      [],
    ],
    ["nothing answers", status({ nodes: allUnreachable }), ["warning cluster-out-of-sight"]],
    [
      "the whole cluster is off on purpose",
      status({ nodes: allUnreachable, leader: seen(null), takenDown: down(wholeCluster) }),
      [],
    ],
    ["no leader", status({ leader: seen(null) }), ["critical consul-no-leader"]],
    [
      "no leader, and the suite says no quorum: one thing",
      status({
        leader: seen(null),
        ha: seen(ha({ alarms: [{ code: "consul-no-quorum", severity: "critical", facts: {} }] })),
      }),
      ["critical consul-no-quorum"],
    ],
    ["the management VM stands still", status({ ha: vm("paused") }), ["critical management-vm-paused"]],
    ["the management VM is down", status({ ha: vm("stopped") }), ["critical management-vm-down"]],
    ["the management VM is down as ordered", status({ ha: vm("stopped"), intent: stopped }), []],
    ["nobody can say where it is", status({ ha: vm("unknown") }), []],
    [
      "Ceph warns",
      status({ ha: seen(ha({ ceph: seen(ceph("HEALTH_WARN")) })) }),
      ["warning storage-warning (storage)"],
    ],
    [
      "Ceph warns while a run is at work",
      status({ ha: seen(ha({ ceph: seen(ceph("HEALTH_WARN")) })), runLock: atWork }),
      [],
    ],
    [
      "Ceph fails while a run is at work",
      status({ ha: seen(ha({ ceph: seen(ceph("HEALTH_ERR")) })), runLock: atWork }),
      ["critical storage-error (storage)"],
    ],
    [
      "a bond has lost a cable",
      status({ nodes: nodesWith("ceph-2", { links: seen({ links: [], bonds: [bond({ miiUp: false })] }) }) }),
      ["warning cable-out (cable-out ceph-2 eth1)"],
    ],
    [
      "a NIC in a bridge has no cable",
      status({ nodes: nodesWith("ceph-2", { links: seen({ links: [nic({ carrier: false })], bonds: [] }) }) }),
      ["warning cable-out (cable-out ceph-2 eth0)"],
    ],
    [
      "a NIC nobody uses, and one that is switched off",
      status({
        nodes: nodesWith("ceph-2", {
          links: seen({
            links: [nic({ carrier: false, master: null }), nic({ carrier: null, adminUp: false })],
            bonds: [],
          }),
        }),
      }),
      [],
    ],
  ])("%s", (_what, now, expected) => expect(found(now)).toEqual(expected));

  test("what was not read for long says nothing, and keeps what stands", () => {
    const old = withStaleAsUnknown(status({ leader: seen(null) }), nowMs + 3_600_000);
    expect(statusConditions(old)).toEqual({ conditions: [], readable: new Set() });
    expect([...statusConditions(status({ ha: unknown("slow", at) })).readable]).not.toContain("ceph");
    expect([...statusConditions(status({ ha: vm("unknown") })).readable]).not.toContain("vm");
    expect([...statusConditions(status()).readable].toSorted()).toEqual(
      [
        ...["ceph-1", "ceph-2", "ceph-3"].flatMap((node) => [`cables ${node}`, `link ${node}`, `member ${node}`]),
        ...["ceph", "consul", "ha", "links", "vm"],
      ].toSorted(),
    );
  });

  test("the run that was at work is named", () => {
    const now = status({ nodes: nodesWith("ceph-3", { member: seen("failed") }), runLock: atWork });
    expect(statusConditions(now).conditions).toMatchObject([{ kind: "node-down", runId: "r7" }]);
  });
});

test("every alarm of the suite is an event of its own", () => {
  for (const code of ["crash-loop", "fence-not-armed", "blocklist-waiting"]) expect(eventKindNames).toContain(code);
});

test("a failover that failed is worse than one that worked, and the run behind a start is found", () => {
  const record = {
    id: "4-failover",
    kind: "failover",
    node: "ceph-2",
    from: "ceph-1",
    epoch: 4,
    actor: "zshad",
    at,
    seconds: { total: 21.4 },
    cause: "node-lost",
    outcome: "succeeded",
    detail: "",
  } as const;
  expect(historyMoment(record)).toMatchObject({ kind: "management-vm-failover", severity: "warning", runId: null });
  expect(historyMoment({ ...record, outcome: "failed" }).severity).toBe("critical");
  expect(historyMoment({ ...record, kind: "start", actor: "trivet run r7" })).toMatchObject({
    kind: "management-vm-started",
    severity: "info",
    runId: "r7",
    facts: { seconds: 21.4, from: "ceph-1" },
  });
});

test("runs begin, wait and end", () => {
  const run = { id: "r1", kind: "node-down", actor: "admin", createdAt: new Date(nowMs), finishedAt: null } as const;
  expect(runConditions([{ ...run, state: "parked" }])).toMatchObject([{ kind: "run-waits", identity: "run r1" }]);
  expect(runConditions([{ ...run, state: "undo-failed" }])).toMatchObject([{ kind: "run-undo-failed" }]);
  expect(runConditions([{ ...run, state: "running" }])).toEqual([]);
  const ended = { ...run, finishedAt: new Date(nowMs + 5) };
  const kinds = (state: "succeeded" | "undone") => runMoments([{ ...ended, state }]).map(({ kind }) => kind);
  expect([kinds("succeeded"), kinds("undone")]).toEqual([
    ["run-started", "run-succeeded"],
    ["run-started", "run-ended"],
  ]);
});
