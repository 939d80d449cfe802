import type { DrillFault } from "@/contract/drill";
import type { CephStatus, HaStatus } from "@/contract/ha-status";
import { maintenanceFlags } from "@/contract/maintenance-flags";
import type { Observed } from "@/contract/observed";
import type { RunLock } from "@/contract/run-lock";
import { joined, type Saying, type SayingFact, say, type Sentence } from "@/contract/sentence";

/** What must hold before a fault is made on purpose. Message keys: drill.guard.CODE.{holds,fails,unknown}. */
export const drillGuardCodes = [
  "vm-running",
  "suite-healthy",
  "standby-ready",
  "consul-safe",
  "storage-safe",
  "fence-armed",
  "no-other-run",
  "nothing-left-on",
] as const;
export type DrillGuardCode = (typeof drillGuardCodes)[number];

export interface DrillGuard {
  readonly code: DrillGuardCode;
  /** unknown holds the drill back just as fails does: nobody breaks what he cannot see. */
  readonly state: "holds" | "fails" | "unknown";
  readonly facts: Readonly<Record<string, SayingFact>>;
}

export interface DrillFacts {
  readonly ha: Observed<HaStatus>;
  readonly runLock: Observed<RunLock | null>;
  /** Another run of this panel on the cluster, by id. */
  readonly activeRun: string | null;
}

const majority = (count: number): number => Math.floor(count / 2) + 1;
const cleanPgStates = new Set(["active+clean", "active+clean+scrubbing", "active+clean+scrubbing+deep"]);

type Answer = Omit<DrillGuard, "code">;
const holds = (facts: DrillGuard["facts"] = {}): Answer => ({ state: "holds", facts });
const fails = (facts: DrillGuard["facts"] = {}): Answer => ({ state: "fails", facts });
const unknown = (reason: Sentence): Answer => ({ state: "unknown", facts: { reason } });

/** Pure; the panel's page, its server and the run's first step ask the same function. */
export function drillGuards({ ha, runLock, activeRun }: DrillFacts): DrillGuard[] {
  const judged = (judge: (status: HaStatus) => Answer): Answer =>
    ha.state === "unknown" ? unknown(ha.reason) : judge(ha.value);
  const answers: Record<DrillGuardCode, Answer> = {
    "vm-running": judged(vmRunning),
    "suite-healthy": judged(suiteHealthy),
    "standby-ready": judged(standbyReady),
    "consul-safe": judged(consulSafe),
    "storage-safe": judged(storageSafe),
    "fence-armed": judged(({ fence }) => (fence.armed ? holds() : fails({ reason: fence.because }))),
    "no-other-run": noOtherRun(runLock, activeRun, ha),
    "nothing-left-on": judged(nothingLeftOn),
  };
  return drillGuardCodes.map((code) => ({ code, ...answers[code] }));
}

/** One guard that does not hold, for a run's journal and a refusal: with what is seen of it. */
export function guardSentence({ code, state, facts }: DrillGuard): Saying {
  const guard = say(`guard-name-${code}`);
  const { alive, total, needed, ...rest } = facts;
  const [only] = Object.values(rest);
  const seen =
    alive === undefined || total === undefined || needed === undefined
      ? only
      : say("guard-servers", { alive, total, needed });
  if (seen === undefined) return say("guard-fails", { guard });
  return say(state === "unknown" ? "guard-unknown" : "guard-fails-with", { guard, facts: seen });
}

export const guardsHold = (guards: readonly DrillGuard[]): boolean => guards.every(({ state }) => state === "holds");

/** The node that looks on and is the target of a migration: the first in the configuration that may take over. */
export function drillPlaces(ha: HaStatus): { owner: string; standby: string } | null {
  const owner = ha.managementVm.node;
  const standby = ha.services.find(({ node, eligible }) => node !== owner && eligible === true)?.node;
  return owner === null || standby === undefined ? null : { owner, standby };
}

function vmRunning({ managementVm: vm, intent }: HaStatus): Answer {
  if (vm.state === "unknown") return unknown(say("guard-vm-unknown"));
  if (intent.state === "unknown") return unknown(intent.reason);
  if (intent.value?.want !== "started") return fails({ reason: say("guard-intent") });
  if (vm.state !== "running") return fails({ reason: say(`vm-is-${vm.state}`) });
  return vm.node === null ? unknown(say("guard-vm-unknown")) : holds({ node: vm.node });
}

function suiteHealthy({ services }: HaStatus): Answer {
  const odd = services.filter(({ state }) => state !== "running");
  if (odd.some(({ state }) => state === "unknown")) return unknown(odd.map(({ node }) => node).join(", "));
  if (odd.length > 0) return fails({ nodes: odd.map(({ node }) => node).join(", ") });
  const versions = new Set(services.map(({ suiteVersion }) => suiteVersion));
  return versions.size === 1 ? holds({ count: services.length }) : fails({ nodes: [...versions].join(", ") });
}

function standbyReady(status: HaStatus): Answer {
  const others = status.services.filter(({ node }) => node !== status.managementVm.node);
  const ready = others.filter(({ eligible }) => eligible === true);
  if (ready.length > 0) return holds({ nodes: ready.map(({ node }) => node).join(", ") });
  return others.some(({ eligible }) => eligible === null) ? unknown(say("guard-standby-unknown")) : fails();
}

/** A drill may take one node away: a majority of the rest must stay, and the dead must not be forgotten. */
function consulSafe({ consul, services }: HaStatus): Answer {
  if (consul.state === "unknown") return unknown(consul.reason);
  const { members, leader, autopilotSafe } = consul.value;
  const servers = members.filter(({ type }) => type === "server");
  const alive = servers.filter(({ status }) => status === "alive").length;
  const needed = majority(services.length);
  if (autopilotSafe === null) return unknown(say("autopilot-unread"));
  if (leader === null || !autopilotSafe || alive < services.length || alive - 1 < needed)
    return fails({ alive, total: services.length, needed });
  return holds({ alive, total: services.length });
}

/** Data keeps enough copies without the owner: every placement group clean, every OSD up, a majority of monitors elsewhere. */
function storageSafe({ ceph, image, managementVm }: HaStatus): Answer {
  if (ceph.state === "unknown") return unknown(ceph.reason);
  if (image.state === "unknown") return unknown(image.reason);
  if (!image.value.exclusiveLock) return fails({ reason: say("guard-lock-off") });
  const reason = whyNotRedundant(ceph.value, managementVm.node);
  return reason === null ? holds() : fails({ reason });
}

function whyNotRedundant(ceph: CephStatus, owner: string | null): Sentence | null {
  if (ceph.health === "HEALTH_ERR") return ceph.checks.find(({ muted }) => !muted)?.summary ?? ceph.health;
  const unclean = Object.entries(ceph.pgs.byState).filter(([state]) => !cleanPgStates.has(state));
  if (unclean.length > 0) return joined(unclean.map(([state, count]) => say("guard-pgs", { count, state })));
  const { total, up } = ceph.osds;
  if (up < total) return say("guard-osds", { up, total });
  const left = ceph.monitors.filter(({ name, inQuorum }) => inQuorum && name !== owner).length;
  const needed = majority(ceph.monitors.length);
  return left < needed ? say("guard-too-few-monitors", { left, needed }) : null;
}

function noOtherRun(runLock: DrillFacts["runLock"], activeRun: string | null, ha: DrillFacts["ha"]): Answer {
  if (activeRun !== null) return fails({ run: activeRun });
  if (runLock.state === "unknown") return unknown(runLock.reason);
  if (runLock.value !== null) return fails({ run: runLock.value.runId });
  if (ha.state === "unknown") return unknown(ha.reason);
  const { operation } = ha.value;
  const isOpen = operation !== null && operation.phase !== "done" && operation.phase !== "failed";
  return isOpen ? fails({ run: say(`guard-operation-${operation.kind}`) }) : holds();
}

function nothingLeftOn({ ceph }: HaStatus): Answer {
  if (ceph.state === "unknown") return unknown(ceph.reason);
  const flags = ceph.value.flags.filter((flag) => maintenanceFlags.has(flag));
  return flags.length > 0 ? fails({ flags: flags.join(", ") }) : holds();
}

/** Faults after which the management VM is expected on another node. */
export const movesTheVm = (fault: DrillFault): boolean => fault === "node-crash" || fault === "owner-cut";
