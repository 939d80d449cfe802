import type { CephStatus } from "@/contract/ha-status";
import type { Observed } from "@/contract/observed";
import type { NodeEvidence, RecoveryFacts } from "@/contract/recovery-facts";
import { joined, say, type Sentence } from "@/contract/sentence";

/** What is wrong with one node, as far as it can be told from where the others and the panel stand. */
export const nodeFaults = [
  "well",
  "coming-back",
  "in-maintenance",
  /** Its management controller says so. */
  "power-off",
  /** No network of it answers; its power cannot be read. */
  "silent",
  /** No network of it answers, and it has power: hung, or all its links are cut. */
  "silent-powered",
  "management-network",
  "storage-network",
  "unknown",
] as const;
export type NodeFault = (typeof nodeFaults)[number];

export interface Judged {
  readonly fault: NodeFault;
  readonly sentence: Sentence;
}

const is = <T>(reading: Observed<T> | null, value: T): boolean => reading?.state === "known" && reading.value === value;

/** `meant`: a run of this panel switched it off. */
export function nodeFault(evidence: NodeEvidence, facts: Pick<RecoveryFacts, "ha">, meant: boolean): Judged {
  const { node, reachable, member, managementEcho, storageEcho, power } = evidence;
  const lives = is(member, "alive");
  if (is(reachable, true) && lives) return backOrWell(node, facts);
  if (is(reachable, true) && member.state === "known") return withoutConsul(evidence);
  if (is(reachable, true)) return { fault: "unknown", sentence: unread(node, member) };
  if (reachable.state === "unknown") return { fault: "unknown", sentence: unread(node, reachable) };
  if (meant && !lives) return { fault: "in-maintenance", sentence: say("recovery-node-meant", { node }) };
  if (is(power, "off")) return { fault: "power-off", sentence: say("recovery-node-off", { node }) };
  // The others reach it, so only the panel's way to it is wrong.
  if (is(managementEcho, true)) return { fault: "unknown", sentence: say("recovery-node-no-ssh", { node }) };
  if (lives || is(storageEcho, true))
    return { fault: "management-network", sentence: say("recovery-node-no-management", { node }) };
  const nobody = managementEcho === null && storageEcho === null;
  const echoes = [managementEcho, storageEcho].filter((echo) => echo !== null);
  const blind = echoes.find((echo) => echo.state === "unknown");
  if (blind !== undefined) return { fault: "unknown", sentence: unread(node, blind) };
  // Without anybody to ask the panel's own ssh is all there is; Consul's word makes it more than a doubt.
  if (nobody && member.state === "unknown")
    return { fault: "silent", sentence: say("recovery-node-silent-alone", { node }) };
  if (is(power, "on")) return { fault: "silent-powered", sentence: say("recovery-node-powered", { node }) };
  return { fault: "silent", sentence: say("recovery-node-silent", { node }) };
}

const unread = (node: string, reading: Observed<unknown>): Sentence =>
  say("guard-unread", {
    what: say("reading-node", { node }),
    reason: reading.state === "unknown" ? reading.reason : "",
  });

/** The panel reaches it and Consul does not call it alive. */
function withoutConsul({ node, storageEcho }: NodeEvidence): Judged {
  if (is(storageEcho, true)) return { fault: "coming-back", sentence: say("recovery-node-no-consul", { node }) };
  if (is(storageEcho, false)) return { fault: "storage-network", sentence: say("recovery-node-no-storage", { node }) };
  return {
    fault: "unknown",
    sentence: storageEcho === null ? say("recovery-node-unasked", { node }) : unread(node, storageEcho),
  };
}

function backOrWell(node: string, { ha }: Pick<RecoveryFacts, "ha">): Judged {
  if (ha.state === "unknown") return { fault: "unknown", sentence: unread(node, ha) };
  const service = ha.value.services.find((one) => one.node === node);
  const missing = [
    ...(service === undefined || service.state === "running" ? [] : [say("zshad-not-running", { nodes: node })]),
    ...(ha.value.ceph.state === "known" ? cephMissing(ha.value.ceph.value, node, service?.ip) : []),
  ];
  return missing.length === 0
    ? { fault: "well", sentence: say("recovery-node-well", { node }) }
    : { fault: "coming-back", sentence: joined(missing) };
}

/** Monitor and OSDs of one node that do not serve. */
export function cephMissing(
  { monitors, osds, osdsByHost }: CephStatus,
  node: string,
  ip: string | undefined,
): Sentence[] {
  const isHere = ({ name, address }: { name: string; address: string }): boolean =>
    name === node || (ip !== undefined && address.split(":")[0] === ip);
  const out = monitors.filter((monitor) => isHere(monitor) && !monitor.inQuorum).map(({ name }) => name);
  const down = (osdsByHost?.[node] ?? []).filter(({ up, in: isIn }) => !(up && isIn)).map(({ id }) => `osd.${id}`);
  return [
    ...(out.length === 0 ? [] : [say("monitors-out", { names: out.join(", ") })]),
    ...(down.length === 0 ? [] : [say("osds-not-back", { osds: down.join(", ") })]),
    // Some OSD is away and nobody knows whose: it may be this node's.
    ...(osdsByHost === null && osds.up < osds.total ? [say("osd-tree-unread")] : []),
  ];
}
