import { type HaNode, haNodes } from "@/contract/ha-config";
import type { CephStatus, HaStatus } from "@/contract/ha-status";
import {
  type Answer,
  ceph,
  consulMajority,
  consulServes,
  dataWhole,
  fails,
  type GuardFacts,
  holds,
  judged,
  majority,
  monitorMajority,
  nodesHealthy,
  noOtherMaintenance,
  nothingRunning,
  unread,
  vmKnown,
  treeUnread,
} from "@/contract/maintenance-guards";
import { joiningNames, type NodeChangeInput, type NodeChangeKind } from "@/contract/node-change";
import { joined, say, type Sentence } from "@/contract/sentence";

/**
 * What must hold before members are changed. Pure: the page, the server that takes the order and the run's own first step ask the
 * same functions. What cannot be read holds back like what fails.
 */
export const nodeChangeGuardCodes = [
  "odd-number",
  "node-gone",
  "vm-away",
  "consul-majority",
  "monitor-majority",
  "data-available",
  "room-for-data",
  "nodes-healthy",
  "machine-fits",
  "suite-version",
  "no-other-maintenance",
  "nothing-running",
] as const;
export type NodeChangeGuardCode = (typeof nodeChangeGuardCodes)[number];
export interface NodeChangeGuard extends Answer {
  readonly code: NodeChangeGuardCode;
}

/** Asked of the panel only: a run reaches the new machine under the name of the old one. */
export interface NodeChangeFacts extends GuardFacts {
  /** Node → it answers the panel under the host key that is pinned; null: not asked. */
  readonly answers: Readonly<Record<string, boolean | null>>;
  /** Why the offered machines cannot take their places. */
  readonly machineProblems: readonly Sentence[];
  /** Version of the suite that machines which join are given. */
  readonly suiteBrought: string;
}

/** Two copies of a vote decide nothing: the number of members stays odd, and three are the least that survive one. */
const membersMin = 3;
/** Above it OSDs are nearfull and Ceph stops filling them: the data of those that leave would have nowhere to go. */
const fullestShare = 0.8;

type Change = Pick<NodeChangeInput, "deployment" | "joining" | "leaving">;
const guard = (code: NodeChangeGuardCode, answer: Answer): NodeChangeGuard => ({ code, ...answer });

export function nodeChangeGuards(facts: NodeChangeFacts, kind: NodeChangeKind, change: Change): NodeChangeGuard[] {
  const members = haNodes(change.deployment.config);
  const leaving = change.leaving.map(({ name }) => name);
  switch (kind) {
    case "replace-node":
      return leaving.flatMap((node) => [
        guard("node-gone", gone(facts, node)),
        guard("vm-away", vmNotOn(facts, node)),
        guard("consul-majority", consulMajority(facts, node)),
        guard(
          "monitor-majority",
          judged(facts, (ha) => ceph(ha, (seen) => monitorMajority(seen, ha, node))),
        ),
        guard(
          "data-available",
          judged(facts, (ha) => ceph(ha, (seen) => disksRead(seen, change) ?? dataServes(seen))),
        ),
        guard("nodes-healthy", nodesHealthy(facts, node)),
        guard("machine-fits", machinesFit(facts)),
        guard("suite-version", sameSuite(facts, leaving)),
        guard("no-other-maintenance", noOtherMaintenance(facts, node)),
        guard("nothing-running", nothingRunning(facts)),
      ]);
    case "add-node":
      return [
        guard("odd-number", oddNumber(members)),
        guard("vm-away", vmKnown(facts)),
        guard("consul-majority", consulServes(facts)),
        guard("nodes-healthy", healthyBut(facts, new Set(joiningNames(change)))),
        guard("machine-fits", machinesFit(facts)),
        guard("suite-version", sameSuite(facts, joiningNames(change))),
        guard("no-other-maintenance", noOtherMaintenance(facts, "")),
        guard("nothing-running", nothingRunning(facts)),
      ];
    case "remove-node":
      return [
        guard("odd-number", oddNumber(members)),
        guard("vm-away", vmKnown(facts)),
        guard("nodes-healthy", nodesHealthy(facts, null)),
        guard("data-available", dataWhole(facts, null)),
        guard(
          "room-for-data",
          judged(facts, (ha) => ceph(ha, (seen) => roomWithout(seen, leaving, change))),
        ),
        guard("no-other-maintenance", noOtherMaintenance(facts, "")),
        guard("nothing-running", nothingRunning(facts)),
      ];
  }
}

const oddNumber = (members: readonly HaNode[]): Answer =>
  members.length >= membersMin && members.length % 2 === 1
    ? holds(say("guard-members-odd", { count: members.length }))
    : fails(say("guard-members-even", { count: members.length }));

/** Consul's opinion and the panel's own: a node that answers either of them is not dead, and its data may be in use. */
function gone({ members, answers }: NodeChangeFacts, node: string): Answer {
  const member = members.find((each) => each.node === node)?.member;
  if (member === undefined || member.state === "unknown")
    return unread(say("reading-members"), member?.reason ?? say("no-answer"));
  if (member.value === "alive" || member.value === "leaving") return fails(say("node-guard-node-alive", { node }));
  if (answers[node] === true) return fails(say("guard-node-answers", { node }));
  return holds(say("guard-node-gone", { node, state: member.value }));
}

function vmNotOn({ owner }: GuardFacts, node: string): Answer {
  if (owner.state === "unknown") return unread(say("reading-owner"), owner.reason);
  if (owner.value === node) return fails(say("guard-vm-not-taken-over", { node }));
  return holds(owner.value === null ? say("guard-vm-stopped") : say("guard-vm-on", { node: owner.value }));
}

/** A state in which Ceph serves a placement group, however few copies it has. */
const serves = (state: string): boolean => {
  const words = state.split("+");
  return (
    words.includes("active") &&
    !words.some((word) => ["stale", "unknown", "recovery_unfound", "backfill_unfound"].includes(word))
  );
};

/** Purging OSDs gives up what only they hold: then nothing may wait for them. */
export function dataServes({ pgs }: CephStatus): Answer {
  const waiting = Object.entries(pgs.byState).reduce((sum, [state, count]) => (serves(state) ? sum : sum + count), 0);
  return waiting === 0 ? holds(say("guard-data-serves")) : fails(say("guard-data-waits", { count: waiting }));
}

/** Whose disks are whose is read from Ceph's tree: without it the dead machine's would stay in the map, unnamed by the plan. */
const disksRead = ({ osdsByHost }: CephStatus, { deployment }: Change): Answer | null =>
  deployment.storage.mode === "bootstrap" && osdsByHost === null ? treeUnread : null;

const machinesFit = ({ machineProblems }: NodeChangeFacts): Answer =>
  machineProblems.length === 0 ? holds(say("guard-machine-fits")) : fails(joined(machineProblems));

/** Two versions of the suite beside each other are the upgrade's business, which knows the order: a machine joins between upgrades. */
function sameSuite(facts: NodeChangeFacts, without: readonly string[]): Answer {
  return judged(facts, ({ services }) => {
    const { suiteBrought: version } = facts;
    const members = services.filter(({ node }) => !without.includes(node));
    const silent = members.filter(({ suiteVersion }) => suiteVersion === null).map(({ node }) => node);
    if (silent.length > 0) return unread(say("reading-suite", { nodes: silent.join(", ") }), say("no-answer"));
    const other = members.find(({ suiteVersion }) => suiteVersion !== version);
    return other === undefined
      ? holds(say("guard-suite-same", { version }))
      : fails(say("guard-suite-differs", { node: other.node, found: other.suiteVersion ?? "", version }));
  });
}

/** A machine on its way in is no member that is lost. */
const healthyBut = (facts: GuardFacts, joining: ReadonlySet<string>): Answer =>
  nodesHealthy({ ...facts, members: facts.members.filter(({ node }) => !joining.has(node)) }, null);

function roomWithout(seen: CephStatus, leaving: readonly string[], { deployment }: Change): Answer {
  const { storage } = deployment;
  if (storage.mode !== "bootstrap") return holds(say("guard-data-elsewhere"));
  if (seen.osdsByHost === null) return treeUnread;
  const staying = Object.entries(seen.osdsByHost).filter(([host, osds]) => !leaving.includes(host) && osds.length > 0);
  const hosts = staying.length;
  if (hosts < storage.replicas) return fails(say("guard-few-hosts", { hosts, copies: storage.replicas }));
  const left = staying.reduce((sum, [, osds]) => sum + osds.length, 0);
  const share = seen.osds.total === 0 ? 1 : left / seen.osds.total;
  const used = seen.bytes.used / Math.max(1, seen.bytes.total * share);
  const percent = Math.round(used * 100);
  return used <= fullestShare
    ? holds(say("guard-room", { percent }))
    : fails(say("guard-no-room", { percent, most: fullestShare * 100 }));
}

/** What the run's own first step knows: everything but the panel's view. */
export const asRunSees = (facts: GuardFacts, suiteBrought: string): NodeChangeFacts => ({
  ...facts,
  answers: {},
  machineProblems: [],
  suiteBrought,
});

/** The monitors that would be left without those of `leaving` are a majority of all that count now. */
export function monitorsSuffice({ monitors }: CephStatus, leaving: readonly string[]): Answer {
  const left = monitors.filter(({ name, inQuorum }) => inQuorum && !leaving.includes(name)).length;
  const needed = majority(monitors.length);
  return left >= needed
    ? holds(say("guard-monitors", { left, needed }))
    : fails(say("guard-no-monitors", { left, needed }));
}

/** What keeps these members from being all there, as the suite sees it; null: nothing. */
export function membershipMissing(ha: HaStatus, names: readonly string[]): Sentence | null {
  const silent = names.filter((name) => ha.services.find(({ node }) => node === name)?.state !== "running");
  if (silent.length > 0) return say("zshad-not-running", { nodes: silent.join(", ") });
  const standbys = ha.services.filter(({ node }) => names.includes(node) && node !== ha.managementVm.node);
  const lame = standbys.filter(({ eligible }) => eligible !== true);
  if (lame.length > 0)
    return joined(
      lame.map(({ node, ineligibleBecause }) => {
        const why = ineligibleBecause.length === 0 ? say("no-answer") : joined(ineligibleBecause);
        return say("node-not-eligible", { node, why });
      }),
    );
  if (ha.consul.state === "unknown")
    return say("guard-unread", { what: say("reading-members"), reason: ha.consul.reason });
  const { peers, members, leader } = ha.consul.value;
  if (leader === null) return say("consul-leaderless");
  if (peers.length !== names.length) return say("consul-peers-wrong", { found: peers.length, wanted: names.length });
  const dead = members.filter(({ status }) => status !== "alive");
  return dead.length === 0 ? null : say("consul-members-dead", { members: dead.map(({ name }) => name).join(", ") });
}
