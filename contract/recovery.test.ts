import { describe, expect, test } from "vitest";
import type { MemberState } from "@/contract/cluster-status";
import type { HistoryRecord } from "@/contract/consul-keys";
import type { HaStatus } from "@/contract/ha-status";
import { known, type Observed, unknown } from "@/contract/observed";
import { recognise, type Recovery } from "@/contract/recovery";
import type { NodeEvidence, RecoveryFacts } from "@/contract/recovery-facts";
import { sentenceText } from "@/contract/sentence";
import { healthyStatus } from "@/testing/drill-world/healthy-status";

const at = "2026-01-01T00:00:00.000Z";
const yes = known(true, at);
const no = known(false, at);
const blind = unknown<never>("timed out", at);
const member = (state: MemberState): Observed<MemberState> => known(state, at);
const well = (node: string): NodeEvidence => ({
  node,
  reachable: yes,
  member: member("alive"),
  managementEcho: null,
  storageEcho: null,
  power: null,
  lastSignAt: at,
});
const dark = { reachable: no, member: member("failed"), managementEcho: no, storageEcho: no } as const;
const off = { ...dark, power: known("off" as const, at) };
const all = ["ceph-1", "ceph-2", "ceph-3"] as const;

function facts(
  nodes: Partial<Record<string, Partial<NodeEvidence>>>,
  more: Partial<RecoveryFacts> = {},
): RecoveryFacts {
  return {
    nodes: all.map((node) => ({ ...well(node), ...nodes[node] })),
    ha: known(healthyStatus("ceph-1", 7), at),
    leader: known("10.0.0.1:8300", at),
    owner: known("ceph-1", at),
    takenDown: [],
    panelNetworkSuspect: false,
    hosts: known(Object.fromEntries(all.map((node) => [node, { status: "Connected" }])), at),
    ...more,
  };
}
const failover: HistoryRecord = {
  id: "8-failover",
  kind: "failover",
  node: "ceph-2",
  from: "ceph-3",
  epoch: 8,
  actor: "zshad",
  at,
  seconds: { total: 7.4 },
  outcome: "succeeded",
  detail: "",
};
const moved = (change: Partial<HaStatus> = {}): Partial<RecoveryFacts> => ({
  owner: known("ceph-2", at),
  ha: known({ ...healthyStatus("ceph-2", 8), history: [failover], ...change }, at),
});
const taken = (subject: string) => ({ takenDown: [{ subject, runId: "r", actor: "li", at }] });
const told = ({ code, guide }: Recovery): string => `${code} ${guide ?? "-"}`;
const faultOf = (recovery: Recovery, node = "ceph-3") => recovery.nodes.find((one) => one.node === node)?.fault;

describe("the situation is told from what is seen", () => {
  test.each<[string, RecoveryFacts, string, string]>([
    ["nothing is wrong", facts({}), "whole -", "well"],
    ["D1: its controller says it has no power", facts({ "ceph-3": off }), "power-lost D1", "power-off"],
    ["D2: it ran the management VM", facts({ "ceph-3": off }, moved()), "power-lost D2", "power-off"],
    ["nothing answers and no power can be read", facts({ "ceph-3": dark }), "silent D1", "silent"],
    [
      "nothing answers though it has power",
      facts({ "ceph-3": { ...dark, power: known("on", at) } }, moved()),
      "silent D2",
      "silent-powered",
    ],
    [
      "D3: the management network, both links",
      facts({ "ceph-3": { reachable: no, managementEcho: no, storageEcho: yes } }),
      "network-lost D3",
      "management-network",
    ],
    [
      "D4: the storage network of the owner",
      facts({ "ceph-3": { member: member("failed"), storageEcho: no } }, moved()),
      "network-lost D4",
      "storage-network",
    ],
    [
      "D3: it had the management VM once, came back without it, and goes now",
      facts(
        { "ceph-3": { member: member("failed"), storageEcho: no, lastSignAt: "2026-01-01T00:05:00.000Z" } },
        moved(),
      ),
      "network-lost D3",
      "storage-network",
    ],
    [
      "nobody has its last sign: the failover from it counts",
      facts({ "ceph-3": { ...dark, lastSignAt: null } }, moved()),
      "silent D2",
      "silent",
    ],
    [
      "it is back and its Consul is not",
      facts({ "ceph-3": { member: member("failed"), storageEcho: yes } }),
      "coming-back -",
      "coming-back",
    ],
    ["D5: two without power", facts({ "ceph-2": off, "ceph-3": off }), "several-down D5", "power-off"],
    [
      "D5: one without power, one without storage network",
      facts({ "ceph-2": off, "ceph-3": { member: member("failed"), storageEcho: no } }),
      "several-down D5",
      "storage-network",
    ],
    [
      "all silent and nobody meant it",
      facts({ "ceph-1": dark, "ceph-2": dark, "ceph-3": dark }),
      "all-silent C5",
      "silent",
    ],
    [
      "two vanished at once for the panel alone",
      facts({ "ceph-2": dark, "ceph-3": dark }, { panelNetworkSuspect: true }),
      "panel-network -",
      "silent",
    ],
    [
      "all silent after our own shutdown",
      facts({ "ceph-1": dark, "ceph-2": dark, "ceph-3": dark }, { ...taken("cluster"), panelNetworkSuspect: true }),
      "shut-down C5",
      "in-maintenance",
    ],
    [
      "nobody can say where the VM ran",
      facts({ "ceph-3": off }, { owner: blind, ha: blind }),
      "power-lost -",
      "power-off",
    ],
    ["one in maintenance", facts({ "ceph-3": dark }, taken("ceph-3")), "in-maintenance -", "in-maintenance"],
    [
      "one in maintenance, a second one lost",
      facts({ "ceph-2": off, "ceph-3": dark }, taken("ceph-3")),
      "power-lost D1",
      "in-maintenance",
    ],
    [
      "the others reach it, the panel does not",
      facts({ "ceph-3": { reachable: no, managementEcho: yes } }),
      "not-read -",
      "unknown",
    ],
    ["nobody could ask about it", facts({ "ceph-3": { ...dark, storageEcho: blind } }), "not-read -", "unknown"],
    ["the panel's own reading is old", facts({ "ceph-3": { reachable: blind } }), "not-read -", "unknown"],
    ["zsha status cannot be read", facts({}, { ha: blind }), "not-read -", "unknown"],
  ])("%s", (_what, given, expected, fault) => {
    const recovery = recognise(given);
    expect(told(recovery)).toBe(expected);
    expect(faultOf(recovery)).toBe(fault);
  });
});

describe("what HA did", () => {
  test.each<[string, RecoveryFacts, string]>([
    ["took over", facts({ "ceph-3": off }, moved()), "HA moved the management VM from ceph-3 to ceph-2 at"],
    [
      "nothing to move: its storage network is well",
      facts({ "ceph-1": { reachable: no, managementEcho: no, storageEcho: yes } }),
      "The management VM runs on at ceph-1",
    ],
    ["nothing to do", facts({ "ceph-3": off }), "the management VM runs on ceph-1, which is not concerned"],
    ["not yet", facts({ "ceph-1": off }), "no other node runs it yet"],
    ["no majority", facts({ "ceph-2": off, "ceph-3": off }, { leader: known(null, at) }), "HA can do nothing"],
    ["cannot be read", facts({ "ceph-3": off }, { ha: blind, owner: blind }), "zsha status could not be read"],
    ["cannot be told", facts({ "ceph-3": off }, { owner: known(null, at) }), "cannot be told"],
  ])("%s", (_what, given, expected) => {
    expect(sentenceText(recognise(given).ha)).toContain(expected);
  });
});

describe("the manual's steps are looked at as they are now", () => {
  const stepsOf = (given: RecoveryFacts) =>
    Object.fromEntries(recognise(given).steps.map(({ id, state }) => [id, state]));
  const services = healthyStatus("ceph-2", 8).services.map((one) =>
    one.node === "ceph-3" ? { ...one, state: "stopped" as const } : one,
  );
  const base = healthyStatus("ceph-2", 8).ceph;
  if (base.state === "unknown") throw new Error("a healthy Ceph is expected");
  const ceph = known({ ...base.value, osdsByHost: { "ceph-3": [{ id: 2, up: false, in: true }] } }, at);

  test("D2, before anybody has pressed the button", () => {
    const given = facts(
      { "ceph-3": off },
      { ...moved({ services, ceph }), hosts: known({ "ceph-3": { status: "Disconnected" } }, at) },
    );
    expect(stepsOf(given)).toEqual({
      "failover-seen": "done",
      powered: "open",
      "system-up": "open",
      "storage-healthy": "open",
      "services-back": "open",
      "host-connected": "open",
    });
    expect(recognise(given).action).toEqual({ kind: "node-up", subject: "ceph-3" });
  });

  test("while it comes back", () => {
    expect(stepsOf(facts({}, moved({ services })))).toEqual({
      "system-up": "done",
      "storage-healthy": "done",
      "services-back": "open",
      "host-connected": "done",
    });
  });

  test("D5 asks for the management VM too, and is done by the cold start", () => {
    const given = facts({ "ceph-2": off, "ceph-3": dark }, { ha: blind, leader: known(null, at), hosts: blind });
    expect(stepsOf(given)).toEqual({
      powered: "open",
      "system-up": "open",
      "storage-healthy": "unknown",
      "services-back": "unknown",
      "vm-running": "unknown",
      "host-connected": "unknown",
    });
    expect(recognise(given)).toMatchObject({ action: { kind: "cluster-up" }, majorityLost: true });
  });

  test("a cut network is named; without a platform nobody asks for hosts", () => {
    const given = facts({ "ceph-3": { member: member("failed"), storageEcho: no } }, { hosts: known(null, at) });
    const steps = recognise(given).steps;
    expect(steps.map(({ id }) => id)).toEqual(["ports-lit", "storage-healthy", "services-back"]);
    expect(sentenceText(steps[0]?.sentence ?? "")).toContain("its storage network is cut");
  });

  test("a dark node whose power nobody can read is unknown, not off", () => {
    expect(stepsOf(facts({ "ceph-3": dark }))).toMatchObject({ powered: "unknown" });
  });
});

test("one of three is no lost majority; two of five are none either", () => {
  expect(recognise(facts({ "ceph-3": off })).majorityLost).toBe(false);
  const five = ["a", "b", "c", "d", "e"].map((node, place) => ({ ...well(node), ...(place < 2 ? off : {}) }));
  expect(recognise({ ...facts({}), nodes: five }).majorityLost).toBe(false);
});
