import type { HistoryRecord } from "@/contract/consul-keys";
import type { HaStatus } from "@/contract/ha-status";
import type { MaintenanceKind } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";
import { nodeFault, type NodeFault } from "@/contract/node-fault";
import type { RecoveryFacts } from "@/contract/recovery-facts";
import { recoverySteps, type RecoveryStep } from "@/contract/recovery-steps";
import { say, type Sentence } from "@/contract/sentence";

/** Message keys: recovery.situation.CODE.{title,text}. */
export const situationCodes = [
  "not-read",
  "panel-network",
  "shut-down",
  "all-silent",
  "several-down",
  "power-lost",
  "network-lost",
  "silent",
  "coming-back",
  "in-maintenance",
  "whole",
] as const;
export type SituationCode = (typeof situationCodes)[number];
export const guideIds = ["D1", "D2", "D3", "D4", "D5", "C5"] as const;
export type GuideId = (typeof guideIds)[number];

export interface SeenNode {
  readonly node: string;
  readonly fault: NodeFault;
  readonly sentence: Sentence;
}

export interface Recovery {
  readonly code: SituationCode;
  /** Of the manual; null: none is needed, or none can be chosen from what is seen. */
  readonly guide: GuideId | null;
  /** The nodes it is about. */
  readonly subjects: readonly string[];
  readonly nodes: readonly SeenNode[];
  /** What HA did about it. */
  readonly ha: Sentence;
  readonly steps: readonly RecoveryStep[];
  /** The procedure that does what can be done from here, and waits for the rest. */
  readonly action: { readonly kind: MaintenanceKind; readonly subject: string } | null;
  /** So many are gone that a majority is: if they are destroyed nothing can be repaired (manual 2.3.2). */
  readonly majorityLost: boolean;
}

const majority = (count: number): number => Math.floor(count / 2) + 1;

export function recognise(facts: RecoveryFacts): Recovery {
  const meant = (node: string): boolean =>
    facts.takenDown.some(({ subject }) => subject === node || subject === wholeCluster);
  const nodes = facts.nodes.map((evidence): SeenNode => {
    const { fault, sentence } = nodeFault(evidence, facts, meant(evidence.node));
    return { node: evidence.node, fault, sentence };
  });
  const gone = nodes.filter(({ fault }) => lostFaults.has(fault));
  const back = nodes.filter(({ fault }) => fault === "coming-back");
  const situation = situationOf(facts, nodes, gone, back);
  const subjects = (gone.length > 0 ? gone : back).map(({ node }) => node);
  const ran = subjects.length === 1 ? ranVm(facts, subjects[0] ?? "") : null;
  const guide = guideOf(situation, ran);
  return {
    code: situation,
    guide,
    subjects,
    nodes,
    ha: staysOn(facts, gone) ?? haSentence(facts, subjects, ran),
    steps: recoverySteps(facts, subjects, {
      isNetwork: situation === "network-lost",
      isPower: powerCodes.has(situation),
      // Whether it ran there may be unknown: then that is looked at too.
      hadVm: subjects.length === 1 && situation !== "coming-back" && ran !== false,
    }),
    action: actionOf(situation, subjects),
    majorityLost: facts.nodes.length - gone.length < majority(facts.nodes.length) && gone.length > 0,
  };
}

const lostFaults: ReadonlySet<NodeFault> = new Set([
  "power-off",
  "silent",
  "silent-powered",
  "management-network",
  "storage-network",
]);
const networkFaults: ReadonlySet<NodeFault> = new Set(["management-network", "storage-network"]);
const powerCodes: ReadonlySet<SituationCode> = new Set(["all-silent", "several-down", "power-lost", "silent"]);

function situationOf(
  facts: RecoveryFacts,
  nodes: readonly SeenNode[],
  gone: readonly SeenNode[],
  back: readonly SeenNode[],
): SituationCode {
  if (nodes.every(({ fault }) => fault === "unknown")) return "not-read";
  const isShutDown = facts.takenDown.some(({ subject }) => subject === wholeCluster);
  const allSilent = facts.nodes.every(({ reachable }) => reachable.state === "known" && !reachable.value);
  if (isShutDown && (allSilent || facts.leader.state === "unknown" || facts.leader.value === null)) return "shut-down";
  if (facts.panelNetworkSuspect) return "panel-network";
  if (allSilent) return "all-silent";
  const [first] = gone;
  if (gone.length > 1) return "several-down";
  if (first !== undefined) {
    if (networkFaults.has(first.fault)) return "network-lost";
    return first.fault === "power-off" ? "power-lost" : "silent";
  }
  if (nodes.some(({ fault }) => fault === "unknown")) return "not-read";
  if (back.length > 0) return "coming-back";
  return nodes.some(({ fault }) => fault === "in-maintenance") ? "in-maintenance" : "whole";
}

function guideOf(code: SituationCode, ran: boolean | null): GuideId | null {
  switch (code) {
    case "power-lost":
    case "silent":
      return ran === null ? null : ran ? "D2" : "D1";
    case "network-lost":
      return ran === null ? null : ran ? "D4" : "D3";
    case "several-down":
      return "D5";
    case "all-silent":
    case "shut-down":
      return "C5";
    default:
      return null;
  }
}

function actionOf(code: SituationCode, subjects: readonly string[]): Recovery["action"] {
  const [only] = subjects;
  switch (code) {
    case "shut-down":
    case "all-silent":
    case "several-down":
      return { kind: "cluster-up", subject: wholeCluster };
    case "power-lost":
    case "network-lost":
    case "silent":
    case "coming-back":
      return only === undefined ? null : { kind: "node-up", subject: only };
    default:
      return null;
  }
}

const startKinds: readonly HistoryRecord["kind"][] = ["start", "migrate", "failover", "restart", "adopt"];

/** The newest record of where the management VM went. */
export const lastMove = (ha: HaStatus): HistoryRecord | null =>
  ha.history
    .filter(({ kind, outcome }) => startKinds.includes(kind) && outcome === "succeeded")
    .toSorted((a, b) => b.at.localeCompare(a.at))[0] ?? null;

/** Whether the management VM ran there when it went. Null: nobody who was there can say. */
function ranVm({ owner, ha, nodes }: RecoveryFacts, node: string): boolean | null {
  if (owner.state === "known" && owner.value === node) return true;
  if (ha.state === "unknown") return null;
  const move = lastMove(ha.value);
  const lastSignAt = nodes.find((one) => one.node === node)?.lastSignAt ?? null;
  if (move?.kind === "failover" && move.from === node && !livedAfter(lastSignAt, move.at)) return true;
  return owner.state === "known" && owner.value !== null ? false : null;
}

/** It came back after that failover, so what it has now is another fault, and the management VM was elsewhere by then. */
const livedAfter = (lastSignAt: string | null, movedAt: string): boolean =>
  lastSignAt !== null && Date.parse(lastSignAt) > Date.parse(movedAt);

/** Its lock and its image are on the storage network: a node that lost management only keeps the management VM. */
function staysOn({ owner }: RecoveryFacts, gone: readonly SeenNode[]): Sentence | null {
  const [only] = gone;
  const isCut = gone.length === 1 && only?.fault === "management-network";
  return isCut && owner.state === "known" && owner.value === only.node
    ? say("recovery-ha-stays", { node: only.node })
    : null;
}

function haSentence(facts: RecoveryFacts, subjects: readonly string[], ran: boolean | null): Sentence {
  const { ha, leader, owner } = facts;
  if (subjects.length === 0) return say("recovery-ha-quiet");
  if (leader.state === "known" && leader.value === null) return say("recovery-ha-no-majority");
  if (ha.state === "unknown") return say("guard-unread", { what: say("reading-ha"), reason: ha.reason });
  const move = lastMove(ha.value);
  if (ran === true && move?.kind === "failover" && subjects.includes(move.from ?? "")) {
    const { total } = move.seconds;
    const seconds =
      total === undefined ? say("recovery-unmeasured") : say("recovery-seconds", { seconds: Math.round(total) });
    return say("recovery-ha-took-over", { from: move.from ?? "", node: move.node, at: move.at, seconds });
  }
  if (ran === true) return say("recovery-ha-not-yet", { nodes: subjects.join(", ") });
  if (owner.state === "known" && owner.value !== null && !subjects.includes(owner.value))
    return say("recovery-ha-nothing", { node: owner.value });
  return say("recovery-ha-unclear");
}
