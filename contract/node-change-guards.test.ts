import { describe, expect, test } from "vitest";
import { deploymentInput } from "@/contract/deployment-input";
import { rightDraft } from "@/contract/draft-fixture";
import type { CephStatus, HaStatus } from "@/contract/ha-status";
import type { NodeChangeInput } from "@/contract/node-change";
import { dataServes, monitorsSuffice, type NodeChangeFacts, nodeChangeGuards } from "@/contract/node-change-guards";
import { known, unknown } from "@/contract/observed";

const at = "2026-01-01T00:00:00.000Z";
const made = deploymentInput(rightDraft());
if (!made.ok) throw new Error("the fixture is not right");
const { input: deployment } = made;

const facts: NodeChangeFacts = {
  ha: unknown("no answer", at),
  owner: known("ceph-2", at),
  members: [
    { node: "ceph-1", member: known("failed", at) },
    { node: "ceph-2", member: known("alive", at) },
    { node: "ceph-3", member: known("alive", at) },
  ],
  runLock: known(null, at),
  activeRun: null,
  okToStop: null,
  open: known([], at),
  answers: { "ceph-1": false },
  machineProblems: [],
  suiteBrought: "0.1.0",
};
const replace: Pick<NodeChangeInput, "deployment" | "joining" | "leaving"> = {
  deployment,
  joining: [{ name: "ceph-1", hostNameBefore: "spare" }],
  leaving: [{ name: "ceph-1", storageIp: "192.168.93.3", osds: [0] }],
};
const stateOf = (code: string, change: Partial<NodeChangeFacts> = {}): string | undefined =>
  nodeChangeGuards({ ...facts, ...change }, "replace-node", replace).find((guard) => guard.code === code)?.state;

const memberIs = (member: NodeChangeFacts["members"][number]["member"]): Partial<NodeChangeFacts> => ({
  members: facts.members.map((each) => (each.node === "ceph-1" ? { ...each, member } : each)),
});

describe("a node is replaced only when it is dead", () => {
  test.each([
    ["failed in Consul and silent", {}, "holds"],
    ["alive in Consul", memberIs(known("alive", at)), "fails"],
    ["not to be told by Consul", memberIs(unknown("no leader", at)), "unknown"],
    ["answering the panel", { answers: { "ceph-1": true } }, "fails"],
  ])("%s", (_case, change, state) => {
    expect(stateOf("node-gone", change)).toBe(state);
  });

  test("and has lost the management VM", () => {
    expect(stateOf("vm-away")).toBe("holds");
    expect(stateOf("vm-away", { owner: known("ceph-1", at) })).toBe("fails");
    expect(stateOf("vm-away", { owner: unknown("no answer", at) })).toBe("unknown");
  });

  test("a second node that is lost, or a Ceph nobody can read, holds it back", () => {
    const second = facts.members.map((each) =>
      each.node === "ceph-3" ? { ...each, member: known("failed" as const, at) } : each,
    );
    expect(stateOf("consul-majority", { members: second })).toBe("fails");
    expect(stateOf("nodes-healthy", { members: second })).toBe("fails");
    expect(stateOf("data-available")).toBe("unknown");
  });
});

const services = (...versions: (string | null)[]): Partial<NodeChangeFacts> => ({
  ha: known(
    {
      services: versions.map((suiteVersion, at) => ({ node: `ceph-${at + 1}`, suiteVersion })),
      ceph: unknown("not asked", at),
      operation: null,
    } as unknown as HaStatus,
    at,
  ),
});

test.each([
  ["all members run what it would get, the dead one aside", ["9.9.9", "0.1.0", "0.1.0"], "holds"],
  ["a member runs another", ["0.1.0", "0.1.0", "0.2.0"], "fails"],
  ["a member does not tell", ["0.1.0", "0.1.0", null], "unknown"],
] as const)("the joining machine's suite: %s", (_case, versions, state) => {
  expect(stateOf("suite-version", services(...versions))).toBe(state);
});

test.each([
  [["a", "b", "c"], ["d", "e"], "holds"],
  [["a", "b"], ["c", "d", "e"], "fails"],
])("monitors %j in quorum without %j", (left, gone, state) => {
  const monitors = [...left, ...gone].map((name) => ({ name, address: "", inQuorum: true }));
  expect(monitorsSuffice({ monitors } as unknown as CephStatus, gone).state).toBe(state);
  const silent = monitors.map((each) => (each.name === "a" ? { ...each, inQuorum: false } : each));
  expect(monitorsSuffice({ monitors: silent } as unknown as CephStatus, gone).state).toBe("fails");
});

const pgs = (byState: Record<string, number>): CephStatus =>
  ({ pgs: { total: 8, byState, pools: 1, objects: 1 } }) as unknown as CephStatus;

test.each([
  [{ "active+undersized+degraded": 8 }, "holds"],
  [{ "active+clean": 7, "active+recovering+undersized": 1 }, "holds"],
  [{ "active+clean": 7, "undersized+degraded+peered": 1 }, "fails"],
  [{ "active+clean": 7, down: 1 }, "fails"],
  [{ "active+clean": 7, "stale+active+clean": 1 }, "fails"],
  [{ "active+clean": 7, "active+recovery_unfound+degraded": 1 }, "fails"],
  [{ "active+clean": 7, incomplete: 1 }, "fails"],
])("purging the dead OSDs with groups %o: %s", (byState, state) => {
  expect(dataServes(pgs(byState)).state).toBe(state);
});

test.each([
  [3, "holds"],
  [4, "fails"],
  [5, "holds"],
])("%i members afterwards: %s", (count, state) => {
  const Node = Array.from({ length: count }, (_, place) => `10.0.0.${place + 1} ceph-${place + 1}`);
  const change = { deployment: { ...deployment, config: { ...deployment.config, Node } }, joining: [], leaving: [] };
  const guards = nodeChangeGuards(facts, "add-node", change);
  expect(guards.find(({ code }) => code === "odd-number")?.state).toBe(state);
});
