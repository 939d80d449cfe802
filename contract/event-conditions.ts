import { judgeBond } from "@/contract/bond-verdict";
import type { ClusterStatus, NodeStatus } from "@/contract/cluster-status";
import type { EventFacts } from "@/contract/event";
import { type EventKind, eventKinds, type EventSeverity } from "@/contract/event-kinds";
import { wholeCluster } from "@/contract/maintenance-subject";

/** Something that is so now. Its identity stays the same however bad it gets: a storage warning that turns into an error is one thing. */
export interface Condition {
  readonly identity: string;
  readonly kind: EventKind;
  readonly severity: EventSeverity;
  readonly node: string | null;
  readonly runId: string | null;
  readonly source: string;
  readonly facts: EventFacts;
  /** Where somebody wrote down when it began. */
  readonly since?: string;
}

export interface Judgement {
  readonly conditions: readonly Condition[];
  /** Readings that can be believed. What stands by another one neither ends nor begins now. */
  readonly readable: ReadonlySet<string>;
}

export const conditionOf = (
  kind: EventKind,
  source: string,
  more: { identity?: string; severity?: EventSeverity; node?: string; runId?: string | null; facts?: EventFacts } = {},
): Condition => ({
  identity: more.identity ?? (more.node === undefined ? kind : `${kind} ${more.node}`),
  kind,
  severity: more.severity ?? eventKinds[kind].severity,
  node: more.node ?? null,
  runId: more.runId ?? null,
  source,
  facts: more.node === undefined ? { ...more.facts } : { node: more.node, ...more.facts },
});

/** Takes a status already passed through withStaleAsUnknown. Pure; what a run took down on purpose is no condition. */
export function statusConditions(status: ClusterStatus): Judgement {
  const readable = new Set<string>();
  const { ha, leader, nodes } = status;
  if (ha.state === "known") {
    readable.add("ha");
    if (ha.value.ceph.state === "known") readable.add("ceph");
    if (ha.value.managementVm.state !== "unknown" && status.intent.state === "known") readable.add("vm");
  }
  if (leader.state === "known") readable.add("consul");
  for (const { name, link, links, member } of nodes) {
    if (link.state === "known") readable.add(`link ${name}`).add("links");
    if (links.state === "known") readable.add(`cables ${name}`);
    if (member.state === "known") readable.add(`member ${name}`);
  }
  const conditions = isDarkOnPurpose(status)
    ? []
    : [...sight(status), ...members(status), ...cables(status), ...consul(status), ...vm(status), ...storage(status)];
  return { conditions: [...conditions, ...suiteAlarms(status)], readable };
}

/** The whole cluster was shut down by a run: what is silent now is silent on purpose. */
const isDarkOnPurpose = ({ takenDown }: ClusterStatus): boolean =>
  takenDown?.some(({ subject }) => subject === wholeCluster) ?? false;

const isOutOfReach = ({ link }: NodeStatus): boolean => link.state === "known" && !link.value.reachable;

const isTakenDown = ({ takenDown }: ClusterStatus, node: string): boolean =>
  takenDown?.some(({ subject }) => subject === node) ?? false;

function sight(status: ClusterStatus): Condition[] {
  const lost = status.nodes.filter(isOutOfReach);
  if (status.nodes.length > 0 && lost.length === status.nodes.length)
    return [conditionOf("cluster-out-of-sight", "links", { facts: { total: status.nodes.length } })];
  // A node that is down cannot be reached either: one thing is told once.
  const alive = lost.filter(({ member, name }) => !isDown(member) && !isTakenDown(status, name));
  return alive.map((node) =>
    conditionOf("node-out-of-reach", `link ${node.name}`, {
      node: node.name,
      facts: { reason: (node.link.state === "known" ? node.link.value.because : null) ?? "" },
    }),
  );
}

const isDown = (member: NodeStatus["member"]): boolean => member.state === "known" && member.value !== "alive";

function members(status: ClusterStatus): Condition[] {
  return status.nodes
    .filter(({ member, name }) => isDown(member) && !isTakenDown(status, name))
    .map(({ name }) => conditionOf("node-down", `member ${name}`, { node: name, runId: runAtWork(status) }));
}

function cables(status: ClusterStatus): Condition[] {
  return status.nodes.flatMap(({ name, links }) => {
    if (links.state === "unknown") return [];
    const out = (nic: string, bond: string) =>
      conditionOf("cable-out", `cables ${name}`, {
        identity: `cable-out ${name} ${nic}`,
        node: name,
        facts: { nic, into: bond },
      });
    const bonds = new Set(links.value.bonds.map((bond) => bond.name));
    const ofBonds = links.value.bonds.flatMap((bond) =>
      judgeBond(bond)
        .members.filter(({ verdict }) => ["no-link", "no-lacp-partner", "other-aggregator"].includes(verdict))
        .map((member) => out(member.name, bond.name)),
    );
    const single = links.value.links.filter(
      ({ kind, master, adminUp, carrier }) =>
        kind === "nic" && master !== null && !bonds.has(master) && adminUp && carrier === false,
    );
    return [...ofBonds, ...single.map((link) => out(link.name, link.master ?? ""))];
  });
}

function consul(status: ClusterStatus): Condition[] {
  const isTold = status.ha.state === "known" && status.ha.value.alarms.some(({ code }) => code === "consul-no-quorum");
  return !isTold && status.leader.state === "known" && status.leader.value === null
    ? [conditionOf("consul-no-leader", "consul", { facts: { total: status.nodes.length } })]
    : [];
}

function vm(status: ClusterStatus): Condition[] {
  if (status.ha.state === "unknown" || status.intent.state === "unknown") return [];
  if (status.intent.value?.want === "stopped") return [];
  const { state, node } = status.ha.value.managementVm;
  if (state === "stopped") return [conditionOf("management-vm-down", "vm", { runId: runAtWork(status) })];
  return state === "paused"
    ? [conditionOf("management-vm-paused", "vm", { facts: { node: node ?? "" }, runId: runAtWork(status) })]
    : [];
}

/** One storage, one condition: its own checks are named in it. While a node is down on purpose Ceph warns on purpose. */
function storage(status: ClusterStatus): Condition[] {
  if (status.ha.state === "unknown" || status.ha.value.ceph.state === "unknown") return [];
  const { health, checks } = status.ha.value.ceph.value;
  const isMeant = (status.takenDown?.length ?? 0) > 0 || runAtWork(status) !== null;
  if (health === "HEALTH_OK" || (health === "HEALTH_WARN" && isMeant)) return [];
  const summaries = checks.filter(({ muted }) => !muted).map(({ summary }) => summary);
  const kind = health === "HEALTH_ERR" ? "storage-error" : "storage-warning";
  const facts = { summary: summaries.join("; ") || health };
  return [conditionOf(kind, "ceph", { identity: "storage", facts })];
}

function suiteAlarms(status: ClusterStatus): Condition[] {
  if (status.ha.state === "unknown") return [];
  return status.ha.value.alarms.map(({ code, severity, facts }) =>
    conditionOf(code, "ha", { severity, facts, runId: runAtWork(status) }),
  );
}

/** The run of this or another panel that is changing the cluster now. */
const runAtWork = ({ runLock }: ClusterStatus): string | null =>
  runLock.state === "known" && runLock.value?.holder === "panel" ? runLock.value.runId : null;
