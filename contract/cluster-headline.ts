import type { ClusterStatus, NodeStatus } from "@/contract/cluster-status";
import { wholeCluster } from "@/contract/maintenance-subject";
import { nodesToSpare } from "@/contract/nodes-to-spare";
import type { SayingFact } from "@/contract/sentence";

/** Most urgent first: the headline is the first one that holds. Message keys: cluster.headline.CODE.{title,advice}. */
export const headlineCodes = [
  "not-read-yet",
  "shut-down",
  "cold-start",
  "panel-network-suspect",
  "cluster-unreachable",
  "consul-no-leader",
  "storage-error",
  "management-vm-down",
  "management-vm-unknown",
  "management-vm-paused",
  "management-vm-migrating",
  "management-vm-starting",
  "critical-alarm",
  "node-down",
  "node-in-maintenance",
  "no-standby",
  "management-vm-stopped-as-ordered",
  "storage-warning",
  "warning-alarm",
  "partly-unknown",
  "all-good",
] as const;
export type HeadlineCode = (typeof headlineCodes)[number];
/** failed: service is lost · attention: a person should act · good: observed good · unknown: nobody can say. */
export type HeadlineTone = "good" | "attention" | "failed" | "unknown";
export type ClusterHeadline = {
  tone: HeadlineTone;
  code: HeadlineCode;
  facts: Readonly<Record<string, SayingFact>>;
};

/** One sentence: how the cluster is and what to do. Takes a status already passed through withStaleAsUnknown. */
export function clusterHeadline(status: ClusterStatus): ClusterHeadline {
  const say = (tone: HeadlineTone, code: HeadlineCode, facts: ClusterHeadline["facts"] = {}): ClusterHeadline => ({
    tone,
    code,
    facts,
  });
  const total = status.nodes.length;
  const links = status.nodes.map((node) => node.link);
  const unreachable = status.nodes.filter((node) => node.link.state === "known" && !node.link.value.reachable);
  const anythingRead = links.some((link) => link.state === "known") || status.leader.state === "known";
  if (!anythingRead) {
    const since = links.find((link) => link.state === "unknown")?.at;
    return say("unknown", "not-read-yet", since === undefined ? {} : { since });
  }
  const leaderless = status.leader.state === "known" && status.leader.value === null;
  const shutDown = status.takenDown?.find(({ subject }) => subject === wholeCluster);
  if (shutDown !== undefined && (unreachable.length > 0 || leaderless)) {
    const { actor, at: since, runId } = shutDown;
    return unreachable.length === total
      ? say("unknown", "shut-down", { actor, since, runId })
      : say("attention", "cold-start", { actor, runId, answering: total - unreachable.length, total });
  }
  if (status.panelNetworkSuspect)
    return say("unknown", "panel-network-suspect", { unreachable: unreachable.length, total });
  if (unreachable.length === total) return say("unknown", "cluster-unreachable", { total });
  if (leaderless) return say("failed", "consul-no-leader", { total });

  const ha = status.ha.state === "known" ? status.ha.value : null;
  const ceph = ha?.ceph.state === "known" ? ha.ceph.value : null;
  if (ceph?.health === "HEALTH_ERR")
    return say("failed", "storage-error", {
      summary: ceph.checks.find((check) => !check.muted)?.summary ?? ceph.health,
    });

  const vm = ha?.managementVm ?? null;
  const owner = status.owner.state === "known" ? status.owner.value : null;
  const wantStopped = status.intent.state === "known" && status.intent.value?.want === "stopped";
  const operation = status.operation.state === "known" ? status.operation.value : null;
  const migrating = operation?.kind === "migrate" && operation.phase !== "done" && operation.phase !== "failed";
  if (migrating || vm?.state === "migrating")
    return say("attention", "management-vm-migrating", {
      from: operation?.source ?? owner?.node ?? "",
      to: operation?.target ?? "",
    });
  if (!wantStopped) {
    if (owner !== null && owner.phase !== "running" && owner.phase !== "stopping")
      return say("attention", "management-vm-starting", { node: owner.node, phase: owner.phase });
    if (vm?.state === "paused") return say("failed", "management-vm-paused", { node: vm.node ?? "" });
    if (
      vm?.state === "stopped" ||
      (status.owner.state === "known" && owner === null && vm !== null && vm.state !== "running")
    )
      return say("failed", "management-vm-down", { total });
    if (vm === null && owner === null) return say("unknown", "management-vm-unknown");
    if (vm?.state === "unknown" && owner === null) return say("unknown", "management-vm-unknown");
  }

  const critical = ha?.alarms.find((alarm) => alarm.severity === "critical");
  if (critical) return say("attention", "critical-alarm", { alarm: critical.code, ...critical.facts });

  const down = status.nodes.filter(isAway);
  const meant = (node: NodeStatus) => status.takenDown?.find(({ subject }) => subject === node.name);
  const worst = down.find((node) => meant(node) === undefined) ?? down[0];
  if (worst !== undefined) {
    const spare = nodesToSpare(status);
    const order = meant(worst);
    return order === undefined
      ? say("attention", "node-down", { node: worst.name, ...downSince(worst), spare })
      : say("attention", "node-in-maintenance", {
          node: worst.name,
          actor: order.actor,
          since: order.at,
          runId: order.runId,
          spare,
        });
  }

  const standbys = status.nodes.filter(
    (node) => node.name !== owner?.node && node.suite.state === "known" && node.suite.value?.eligible === true,
  ).length;
  const suitesKnown = status.nodes.every((node) => node.suite.state === "known");
  if (suitesKnown && standbys === 0 && !wantStopped) return say("attention", "no-standby", { node: owner?.node ?? "" });
  if (wantStopped)
    return say("attention", "management-vm-stopped-as-ordered", {
      actor: status.intent.state === "known" ? (status.intent.value?.actor ?? "") : "",
      since: status.intent.at,
    });
  if (ceph?.health === "HEALTH_WARN")
    return say("attention", "storage-warning", {
      summary: ceph.checks.find((check) => !check.muted)?.summary ?? ceph.health,
    });
  const warning = ha?.alarms[0];
  if (warning) return say("attention", "warning-alarm", { alarm: warning.code, ...warning.facts });

  const unreachableButAlive = unreachable[0];
  if (unreachableButAlive) return say("attention", "partly-unknown", { node: unreachableButAlive.name, what: "link" });
  const missing = firstUnknown(status);
  if (missing !== null) return say("unknown", "partly-unknown", { what: missing });
  return say("good", "all-good", { nodes: total, node: owner?.node ?? "", spare: Math.max(1, nodesToSpare(status)) });
}

const isAway = ({ member, link }: NodeStatus): boolean =>
  member.state === "known" ? member.value !== "alive" : link.state === "known" && !link.value.reachable;

/** The time of a reading is when somebody looked, not when it happened. */
function downSince({ memberSince, lastSignAt }: NodeStatus): ClusterHeadline["facts"] {
  if (memberSince !== null) return { how: "seen", since: memberSince };
  return lastSignAt === null ? { how: "unknown" } : { how: "last_sign", since: lastSignAt };
}

function firstUnknown(status: ClusterStatus): string | null {
  const readings: [string, { state: "known" | "unknown" }][] = [
    ["owner", status.owner],
    ["intent", status.intent],
    ["ha", status.ha],
    ["leader", status.leader],
    ...status.nodes.flatMap((node): [string, { state: "known" | "unknown" }][] => [
      [`link:${node.name}`, node.link],
      [`member:${node.name}`, node.member],
      [`suite:${node.name}`, node.suite],
    ]),
  ];
  if (status.ha.state === "known") readings.push(["ceph", status.ha.value.ceph]);
  return readings.find(([, reading]) => reading.state === "unknown")?.[0] ?? null;
}
