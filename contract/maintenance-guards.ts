import { type ClusterStatus, type MemberState, memberStates } from "@/contract/cluster-status";
import type { CephStatus, HaService, HaStatus } from "@/contract/ha-status";
import type { RunLock } from "@/contract/run-lock";
import type { MaintenanceKind, MaintenanceRecord } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";
import { known, type Observed } from "@/contract/observed";
import { joined, say, type Sentence } from "@/contract/sentence";

/**
 * What must hold before a machine is taken away. Pure: the light on a node's card, the button, the server that takes the order and
 * the run's own first step ask the same functions. Data risk decides, not a colour; what cannot be read holds back like what fails.
 */
export const maintenanceGuardCodes = [
  "vm-away",
  "standby-remains",
  "consul-majority",
  "monitor-majority",
  "data-available",
  "nodes-healthy",
  "no-other-maintenance",
  "nothing-running",
  "osds-back",
  "node-alive",
] as const;
export type MaintenanceGuardCode = (typeof maintenanceGuardCodes)[number];

export interface MaintenanceGuard {
  readonly code: MaintenanceGuardCode;
  readonly state: "holds" | "fails" | "unknown";
  readonly sentence: Sentence;
}

/** Ceph's own answer for all OSDs of one node together; `said` is why not. */
export interface OkToStop {
  readonly ok: boolean;
  readonly said: string;
}

export interface GuardFacts {
  readonly ha: Observed<HaStatus>;
  /** Node that holds the management VM. */
  readonly owner: Observed<string | null>;
  readonly members: readonly { readonly node: string; readonly member: Observed<MemberState> }[];
  readonly runLock: Observed<RunLock | null>;
  /** Another run of this panel on the cluster, by id. */
  readonly activeRun: string | null;
  /** Null: Ceph was not asked. Then only data with all its copies is safe. */
  readonly okToStop: Observed<OkToStop> | null;
  /** Maintenance that was begun and not ended; null: the nodes were not asked. */
  readonly open: Observed<readonly MaintenanceRecord[]> | null;
}

export const allHold = (guards: readonly MaintenanceGuard[]): boolean => guards.every(({ state }) => state === "holds");

export interface Asked {
  readonly kind: MaintenanceKind;
  /** Node name, or "cluster". */
  readonly subject: string;
}

export function maintenanceGuards(facts: GuardFacts, { kind, subject }: Asked): MaintenanceGuard[] {
  switch (kind) {
    case "node-down":
      return nodeGuards(facts, subject, "may-leave");
    case "node-up":
      return [guard("consul-majority", consulServes(facts)), guard("nothing-running", nothingRunning(facts))];
    case "cluster-down":
      return [
        guard("vm-away", vmKnown(facts)),
        guard("nodes-healthy", nodesHealthy(facts, null)),
        guard("data-available", dataWhole(facts, null)),
        guard("no-other-maintenance", noOtherMaintenance(facts, wholeCluster)),
        guard("nothing-running", nothingRunning(facts)),
      ];
    case "cluster-up":
      // Everything may be off, so nothing is asked of the nodes: each step looks for itself once they answer.
      return [guard("nothing-running", facts.activeRun === null ? holds(say("guard-no-run")) : runBy(facts.activeRun))];
  }
}

/** `must-be-gone`: the plug is pulled now. `may-leave`: the procedure moves the management VM away first. */
export function nodeGuards(facts: GuardFacts, node: string, vm: "must-be-gone" | "may-leave"): MaintenanceGuard[] {
  return [
    guard("vm-away", vm === "may-leave" ? vmMayLeave(facts, node) : vmGone(facts, node)),
    guard("standby-remains", standbyRemains(facts, node)),
    guard("consul-majority", consulMajority(facts, node)),
    guard(
      "monitor-majority",
      judged(facts, (ha) => ceph(ha, (seen) => monitorMajority(seen, ha, node))),
    ),
    guard("data-available", dataAvailable(facts, node)),
    guard("nodes-healthy", nodesHealthy(facts, node)),
    guard("no-other-maintenance", noOtherMaintenance(facts, node)),
    guard("nothing-running", nothingRunning(facts)),
  ];
}

export type Answer = Omit<MaintenanceGuard, "code">;
export const guard = (code: MaintenanceGuardCode, answer: Answer): MaintenanceGuard => ({ code, ...answer });
export const holds = (sentence: Sentence): Answer => ({ state: "holds", sentence });
export const fails = (sentence: Sentence): Answer => ({ state: "fails", sentence });
export const unread = (what: Sentence, reason: Sentence): Answer => ({
  state: "unknown",
  sentence: say("guard-unread", { what, reason }),
});
export const majority = (count: number): number => Math.floor(count / 2) + 1;
const names = (list: readonly string[]): string => list.join(", ");

export const judged = ({ ha }: GuardFacts, judge: (ha: HaStatus) => Answer): Answer =>
  ha.state === "unknown" ? unread(say("reading-ha"), ha.reason) : judge(ha.value);
export const ceph = (ha: HaStatus, judge: (ceph: CephStatus) => Answer): Answer =>
  ha.ceph.state === "unknown" ? unread(say("reading-ceph"), ha.ceph.reason) : judge(ha.ceph.value);

function vmGone(facts: GuardFacts, node: string): Answer {
  const { owner } = facts;
  if (owner.state === "unknown") return unread(say("reading-owner"), owner.reason);
  if (owner.value === node) return fails(say("guard-vm-here", { node }));
  return judged(facts, ({ managementVm: vm }) => {
    if (vm.state === "unknown") return unread(say("reading-owner"), say("vm-is-unknown"));
    if (vm.node === node && vm.state !== "stopped") return fails(say("guard-vm-here", { node }));
    return owner.value === null ? holds(say("guard-vm-stopped")) : holds(say("guard-vm-on", { node: owner.value }));
  });
}

function vmMayLeave(facts: GuardFacts, node: string): Answer {
  const { owner } = facts;
  if (owner.state === "known" && owner.value !== node) return vmGone(facts, node);
  if (owner.state === "unknown") return unread(say("reading-owner"), owner.reason);
  return judged(facts, (ha) => {
    if (ha.managementVm.state !== "running") return fails(say("guard-vm-not-steady", { node }));
    const target = migrationTarget(ha, node);
    if (target !== null) return holds(say("guard-vm-moves", { node, target }));
    const why = ha.services.filter((service) => service.node !== node).map(whyNot);
    return fails(say("guard-vm-no-target", { node, why: joined(why) }));
  });
}

const whyNot = ({ node, state, eligible, ineligibleBecause }: HaService): Sentence =>
  say("node-because", {
    node,
    why:
      state !== "running" || eligible === null ? say("zshad-not-running", { nodes: node }) : joined(ineligibleBecause),
  });

/** The first node in the configuration that may run the management VM once `leaving` is gone. */
export const migrationTarget = (ha: HaStatus, leaving: string): string | null =>
  ha.services.find(({ node, state, eligible }) => node !== leaving && state === "running" && eligible === true)?.node ??
  null;

/** One node runs the management VM, and one more must be able to while `node` is away. */
function standbyRemains(facts: GuardFacts, node: string): Answer {
  return judged(facts, (ha) => {
    const { owner } = facts;
    if (owner.state === "unknown") return unread(say("reading-owner"), owner.reason);
    if (owner.value === null) return holds(say("guard-vm-stopped"));
    const home = owner.value === node ? migrationTarget(ha, node) : owner.value;
    const rest = ha.services.filter((service) => service.node !== node && service.node !== home);
    const ready = rest.filter(({ eligible }) => eligible === true).map((service) => service.node);
    if (ready.length > 0) return holds(say("guard-standby", { nodes: names(ready) }));
    const blind = rest.filter(({ eligible }) => eligible === null).map((service) => service.node);
    if (blind.length > 0) return unread(say("reading-suite", { nodes: names(blind) }), say("no-answer"));
    return fails(say("guard-no-standby", { why: joined(rest.map(whyNot)) }));
  });
}

export function consulMajority({ members }: GuardFacts, node: string): Answer {
  const others = members.filter((each) => each.node !== node);
  const blind = others.flatMap(({ member }) => (member.state === "unknown" ? [member.reason] : []))[0];
  if (blind !== undefined) return unread(say("reading-members"), blind);
  const left = others.filter(({ member }) => member.state === "known" && member.value === "alive").length;
  const needed = majority(members.length);
  return left >= needed
    ? holds(say("guard-consul", { left, needed }))
    : fails(say("guard-no-consul", { left, needed }));
}

/** Without a leader nothing can be ended one node at a time. */
export const consulServes = (facts: GuardFacts): Answer =>
  judged(facts, ({ consul }) => {
    if (consul.state === "unknown") return unread(say("reading-members"), consul.reason);
    return consul.value.leader === null ? fails(say("consul-leaderless")) : holds(say("guard-consul-leads"));
  });

export function monitorMajority({ monitors }: CephStatus, ha: HaStatus, node: string): Answer {
  const ip = ha.services.find((service) => service.node === node)?.ip;
  const isHere = (monitor: { name: string; address: string }): boolean =>
    monitor.name === node || (ip !== undefined && monitor.address.split(":")[0] === ip);
  const left = monitors.filter((monitor) => monitor.inQuorum && !isHere(monitor)).length;
  const needed = majority(monitors.length);
  return left >= needed
    ? holds(say("guard-monitors", { left, needed }))
    : fails(say("guard-no-monitors", { left, needed }));
}

/** Whose disks are whose is in Ceph's tree alone. */
export const treeUnread: Answer = unread(say("reading-ceph"), say("osd-tree-unread"));

/** Ceph itself says whether every placement group keeps serving without these OSDs: it alone knows where the copies lie. */
function dataAvailable(facts: GuardFacts, node: string): Answer {
  return judged(facts, (ha) =>
    ceph(ha, (seen) => {
      const { osdsByHost } = seen;
      const { okToStop } = facts;
      if (osdsByHost === null) return treeUnread;
      if ((osdsByHost[node] ?? []).length === 0) return holds(say("guard-no-osds", { node }));
      if (okToStop === null) return dataWhole(facts, node);
      if (okToStop.state === "unknown") return unread(say("reading-ok-to-stop", { node }), okToStop.reason);
      const { ok, said } = okToStop.value;
      return ok ? holds(say("guard-data-stays", { node })) : fails(say("guard-data-stops", { node, said }));
    }),
  );
}

const cleanStates = new Set(["active+clean", "active+clean+scrubbing", "active+clean+scrubbing+deep"]);

/** Every copy of everything is there, OSDs of `without` aside. */
export function dataWhole(facts: GuardFacts, without: string | null): Answer {
  return judged(facts, (ha) =>
    ceph(ha, ({ pgs, osdsByHost, osds }) => {
      const unclean = Object.entries(pgs.byState).reduce(
        (sum, [state, n]) => (cleanStates.has(state) ? sum : sum + n),
        0,
      );
      if (without !== null && osdsByHost === null) return treeUnread;
      const elsewhere = Object.entries(osdsByHost ?? {}).flatMap(([host, list]) => (host === without ? [] : list));
      const down = without === null ? osds.total - osds.up : elsewhere.filter(({ up }) => !up).length;
      return unclean > 0 || down > 0
        ? fails(say("guard-data-unclean", { unclean, down }))
        : holds(say("guard-data-whole"));
    }),
  );
}

/** `without` null: all nodes must be well. */
export function nodesHealthy(facts: GuardFacts, without: string | null): Answer {
  const others = facts.members.filter(({ node }) => node !== without);
  const lost = others.filter(({ member }) => member.state === "known" && member.value !== "alive");
  if (lost.length > 0) return fails(say("guard-nodes-lost", { nodes: names(lost.map(({ node }) => node)) }));
  const blind = others.find(({ member }) => member.state === "unknown");
  if (blind?.member.state === "unknown") return unread(say("reading-node", { node: blind.node }), blind.member.reason);
  return holds(say("guard-nodes-alive", { count: others.length }));
}

export const vmKnown = (facts: GuardFacts): Answer =>
  judged(facts, ({ managementVm: vm }) => {
    if (vm.state === "unknown") return unread(say("reading-owner"), say("vm-is-unknown"));
    if (vm.state === "running" && vm.node !== null) return holds(say("guard-vm-on", { node: vm.node }));
    return vm.state === "stopped" ? holds(say("guard-vm-stopped")) : fails(say("guard-vm-changing"));
  });

export function noOtherMaintenance({ open }: GuardFacts, subject: string): Answer {
  if (open === null) return holds(say("guard-no-maintenance"));
  if (open.state === "unknown") return unread(say("reading-records"), open.reason);
  const [first] = open.value;
  if (first === undefined) return holds(say("guard-no-maintenance"));
  const { actor, at } = first;
  return first.subject === subject
    ? fails(say("guard-maintained-already", { actor, at }))
    : fails(say("guard-maintained-elsewhere", { subject: first.subject, actor, at }));
}

const runBy = (run: string): Answer => fails(say("guard-run", { run }));

export function nothingRunning({ activeRun, runLock, ha }: GuardFacts): Answer {
  if (activeRun !== null) return runBy(activeRun);
  if (runLock.state === "unknown") return unread(say("reading-run-lock"), runLock.reason);
  if (runLock.value !== null) return runBy(`${runLock.value.kind} ${runLock.value.runId}`);
  if (ha.state === "unknown") return unread(say("reading-ha"), ha.reason);
  const { operation } = ha.value;
  const isOpen = operation !== null && operation.phase !== "done" && operation.phase !== "failed";
  return isOpen ? fails(say("guard-operation", { kind: operation.kind })) : holds(say("guard-no-run"));
}

type Unasked = Pick<GuardFacts, "activeRun" | "okToStop" | "open">;

/** From the panel's live status, already passed through withStaleAsUnknown. */
export const factsOfStatus = (status: ClusterStatus, more: Unasked): GuardFacts => ({
  ha: status.ha,
  owner: status.owner.state === "known" ? { ...status.owner, value: status.owner.value?.node ?? null } : status.owner,
  members: status.nodes.map(({ name, member }) => ({ node: name, member })),
  runLock: status.runLock,
  ...more,
});

/** From one answer of `zsha status`, as a run's step has it. The run holds the cluster's lock itself. */
export function factsOfHa(ha: HaStatus, at: string, more: Omit<Unasked, "activeRun">): GuardFacts {
  const { consul, managementVm: vm } = ha;
  const memberOf = (ip: string, node: string): Observed<MemberState> => {
    if (consul.state === "unknown") return consul;
    const found = consul.value.members.find(
      ({ name, address }) => name === node || name === ip || address.startsWith(`${ip}:`),
    );
    const said = found?.status ?? "absent";
    return known(memberStates.find((state) => state === said) ?? "failed", at);
  };
  return {
    ha: known(ha, at),
    owner: vm.state === "unknown" ? { state: "unknown", at, reason: say("vm-is-unknown") } : known(vm.node, at),
    members: ha.services.map(({ node, ip }) => ({ node, member: memberOf(ip, node) })),
    runLock: known(null, at),
    activeRun: null,
    ...more,
  };
}
