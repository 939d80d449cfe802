import type { ClusterStatus } from "@/contract/cluster-status";
import type { Observed } from "@/contract/observed";
import type { SayingFact } from "@/contract/sentence";

/** Why a node must not be powered off now, or why nobody can say. Message key: cluster.powerOff.CODE. */
export type PowerOffReason = {
  code:
    | "management-vm-here"
    | "operation-under-way"
    | "run-active"
    | "consul-quorum-would-break"
    | "monitor-quorum-would-break"
    | "other-node-down"
    | "data-not-fully-replicated"
    | "no-standby"
    | "not-known";
  facts: Readonly<Record<string, SayingFact>>;
  /** A reading is missing: the light is grey, not red. */
  unknown: boolean;
};
export type PowerOffLight = { light: "safe" | "unsafe" | "unknown"; reasons: PowerOffReason[] };

const majority = (count: number): number => Math.floor(count / 2) + 1;
const cleanPgStates = new Set(["active+clean", "active+clean+scrubbing", "active+clean+scrubbing+deep"]);

/** Takes a status already passed through withStaleAsUnknown. A node that is off already is judged by the same rules. */
export function powerOffLight(status: ClusterStatus, nodeName: string): PowerOffLight {
  const reasons: PowerOffReason[] = [];
  const refuse = (code: PowerOffReason["code"], facts: PowerOffReason["facts"] = {}) =>
    reasons.push({ code, facts, unknown: false });
  const need = <T>(what: string, value: Observed<T>): T | undefined => {
    if (value.state === "known") return value.value;
    reasons.push({ code: "not-known", facts: { what, reason: value.reason }, unknown: true });
    return undefined;
  };

  const owner = need("owner", status.owner);
  if (owner?.node === nodeName) refuse("management-vm-here", { node: nodeName });
  const operation = need("operation", status.operation);
  if (operation && operation.phase !== "done" && operation.phase !== "failed")
    refuse("operation-under-way", { kind: operation.kind });
  const runLock = need("runLock", status.runLock);
  if (runLock) refuse("run-active", { kind: runLock.kind, runId: runLock.runId });

  const others = status.nodes.filter((node) => node.name !== nodeName);
  const aliveOthers = others.filter((node) => need(`member:${node.name}`, node.member) === "alive");
  for (const node of others)
    if (node.member.state === "known" && node.member.value !== "alive") refuse("other-node-down", { node: node.name });
  const everyMemberKnown = others.every((node) => node.member.state === "known");
  if (everyMemberKnown && aliveOthers.length < majority(status.nodes.length))
    refuse("consul-quorum-would-break", { left: aliveOthers.length, needed: majority(status.nodes.length) });

  const standbys = aliveOthers.filter((node) => node.suite.state === "known" && node.suite.value?.eligible === true);
  if (everyMemberKnown && owner !== undefined && standbys.length === 0) refuse("no-standby");

  const ha = need("ha", status.ha);
  const ceph = ha === undefined ? undefined : need("ceph", ha.ceph);
  if (ceph !== undefined) {
    const address = status.nodes.find((node) => node.name === nodeName)?.address;
    const stays = (monitor: { name: string; address: string }) =>
      monitor.name !== nodeName && (address === undefined || monitor.address.split(":")[0] !== address);
    const left = ceph.monitors.filter((monitor) => monitor.inQuorum && stays(monitor)).length;
    if (left < majority(ceph.monitors.length))
      refuse("monitor-quorum-would-break", { left, needed: majority(ceph.monitors.length) });
    const unclean = Object.entries(ceph.pgs.byState).reduce(
      (sum, [state, count]) => (cleanPgStates.has(state) ? sum : sum + count),
      0,
    );
    const osdsHere = new Set(ceph.osdsByHost[nodeName]?.map((osd) => osd.id) ?? []);
    const down = Object.values(ceph.osdsByHost)
      .flat()
      .filter((osd) => !osd.up && !osdsHere.has(osd.id)).length;
    if (unclean > 0 || down > 0)
      refuse("data-not-fully-replicated", { placementGroups: unclean, osdsDownElsewhere: down });
  }

  const definite = reasons.some((reason) => !reason.unknown);
  return { light: definite ? "unsafe" : reasons.length > 0 ? "unknown" : "safe", reasons };
}
