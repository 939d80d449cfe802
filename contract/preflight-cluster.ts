import type { DeploymentDraft } from "@/contract/deployment";
import type { NodeFacts } from "@/contract/node-facts";
import type { PreflightResult } from "@/contract/preflight";
import { usableNics } from "@/contract/preflight-node";
import type { Verdicts } from "@/contract/preflight-verdict";

/** Checks between nodes, or of the panel's way to them. */
export type ClusterCheck = (draft: DeploymentDraft, say: Verdicts) => PreflightResult[];

/**
 * Ceph warns from 0.05 s and Consul's leases live on agreeing clocks; chrony steps small differences away during the
 * deployment. Seconds apart means that no time source works, or that one clock's battery is dead: a person must look.
 */
export const clockDifferenceLimitMs = 5_000;

const known = (draft: DeploymentDraft): NodeFacts[] =>
  draft.nodes.flatMap(({ facts }) => (facts === null ? [] : [facts]));

export const nodeCountOdd: ClusterCheck = ({ nodes }, say) => {
  const count = nodes.length;
  return [count >= 3 && count % 2 === 1 ? say.pass(null, { count }) : say.fail(null, { count })];
};

export const nodesReachable: ClusterCheck = ({ nodes }, say) =>
  nodes.map((node) => {
    const name = node.facts?.hostName ?? node.address;
    const facts = { address: node.address, port: node.port };
    return node.facts !== null && node.keyInstalled ? say.pass(name, facts) : say.fail(name, facts);
  });

export const hostKeysAccepted: ClusterCheck = ({ nodes }, say) =>
  nodes.map((node) => {
    const name = node.facts?.hostName ?? node.address;
    const facts = {
      address: node.address,
      accepted: node.acceptedFingerprint ?? "",
      presented: node.presentedFingerprint ?? "",
    };
    const accepted = node.acceptedFingerprint !== null && node.acceptedFingerprint === node.presentedFingerprint;
    return accepted ? say.pass(name, facts) : say.fail(name, facts);
  });

export const hostNamesUnique: ClusterCheck = (draft, say) =>
  shared(draft, say, ({ facts }) => (facts === null ? [] : [facts.hostName.toLowerCase()]));

export const machineIdsUnique: ClusterCheck = (draft, say) =>
  shared(draft, say, ({ facts }) => (facts === null || facts.machineId === "" ? [] : [facts.machineId]));

export const macsUnique: ClusterCheck = (draft, say) =>
  shared(draft, say, ({ facts }) =>
    facts === null
      ? []
      : [...new Set(usableNics(facts).map((nic) => nic.mac.toLowerCase()))].filter((mac) => !/^(00:){5}00$/.test(mac)),
  );

/** One failure for each value that two nodes have; nodes are named by address, since their names may be the value. */
function shared(
  draft: DeploymentDraft,
  say: Verdicts,
  valuesOf: (node: DeploymentDraft["nodes"][number]) => readonly string[],
): PreflightResult[] {
  const holders = new Map<string, string[]>();
  for (const node of draft.nodes)
    for (const value of valuesOf(node)) holders.set(value, [...(holders.get(value) ?? []), labelOf(node)]);
  const twice = [...holders].filter(([, nodes]) => nodes.length > 1);
  if (twice.length === 0) return [say.pass(null, { count: draft.nodes.length })];
  return twice.map(([value, nodes]) => say.fail(null, { value, nodes: nodes.join(", ") }));
}

const labelOf = (node: DeploymentDraft["nodes"][number]): string =>
  node.facts === null ? node.address : `${node.facts.hostName} (${node.address})`;

export const architectureSame: ClusterCheck = (draft, say) => same(draft, say, (facts) => facts.os.architecture);
export const timeZoneSame: ClusterCheck = (draft, say) => same(draft, say, (facts) => facts.timeZone);

function same(draft: DeploymentDraft, say: Verdicts, valueOf: (facts: NodeFacts) => string): PreflightResult[] {
  const nodes = known(draft);
  const [first] = nodes;
  if (first === undefined) return [say.unknown(null)];
  const odd = nodes.find((facts) => valueOf(facts) !== valueOf(first));
  if (odd === undefined) return [say.pass(null, { value: valueOf(first) })];
  return [say.fail(null, { a: first.hostName, aValue: valueOf(first), b: odd.hostName, bValue: valueOf(odd) })];
}

/** The pair furthest apart. What the readings cannot tell (half a round trip each) does not count against them. */
export const clocksAgree: ClusterCheck = (draft, say) => {
  const nodes = [...known(draft)].sort((a, b) => a.clockOffsetMs - b.clockOffsetMs);
  const slow = nodes[0];
  const fast = nodes.at(-1);
  if (slow === undefined || fast === undefined || slow === fast) return [say.unknown(null)];
  const apart = fast.clockOffsetMs - slow.clockOffsetMs;
  const uncertain = fast.clockUncertaintyMs + slow.clockUncertaintyMs;
  const facts = {
    behind: slow.hostName,
    ahead: fast.hostName,
    seconds: Math.round(apart / 100) / 10,
    limit: clockDifferenceLimitMs / 1000,
  };
  return [apart - uncertain > clockDifferenceLimitMs ? say.fail(null, facts) : say.pass(null, facts)];
};

/** Every node's name must mean that node on every node: live migration and Ceph resolve it. */
export const hostsFileAgrees: ClusterCheck = (draft, say) => {
  const nodes = known(draft);
  return nodes.map((reader) => {
    for (const named of nodes) {
      const wanted = addressesOf(named.hostName, draft);
      const wrong = hostsEntries(reader.hostsFile, named.hostName).find((address) => !wanted.has(address));
      if (wrong !== undefined) return say.fail(reader.hostName, { name: named.hostName, found: wrong });
    }
    return say.pass(reader.hostName);
  });
};

function addressesOf(name: string, draft: DeploymentDraft): Set<string> {
  const node = draft.nodes.find(({ facts }) => facts?.hostName === name);
  const planned = draft.networks.flatMap(({ onNodes }) => onNodes.filter((on) => on.node === name).map((on) => on.ip));
  const held = (node?.facts?.nics ?? []).flatMap((nic) => nic.addresses.map(({ ip }) => ip));
  return new Set([...planned, ...held, node?.address].filter((ip) => ip !== null && ip !== undefined));
}

/** IPv4 addresses a hosts file gives to a name. The distribution's own `::1` lines say nothing about the cluster. */
export function hostsEntries(hostsFile: string, name: string): string[] {
  return hostsFile.split("\n").flatMap((line) => {
    const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    return address !== undefined && !address.includes(":") && names.includes(name) ? [address] : [];
  });
}
