import type { DraftNode } from "@/contract/deployment";
import { jumboMtu } from "@/contract/network-problems";
import type { NetworkId, NetworkPlan } from "@/contract/network-plan";
import type { NicFacts, NodeFacts } from "@/contract/node-facts";
import { usableNics } from "@/contract/preflight-node";

const bondOf: Record<NetworkId, string> = { storage: "bond0", management: "bond1", data: "bond2" };

/**
 * A first plan from what the first node has: management stays where the panel came in, storage gets the fastest other
 * NICs, VM data the rest. A network that is configured already is taken over with its addresses.
 */
export function suggestNetworks(nodes: readonly DraftNode[]): NetworkPlan[] {
  const reached = nodes.flatMap((node) => (node.facts === null ? [] : [{ address: node.address, facts: node.facts }]));
  const [first] = reached;
  if (first === undefined) return [];
  const bonds = reached.every(({ facts }) => facts.bondingAvailable);
  const groups = nicGroups(first.facts);
  const management =
    groups.find((group) => group.some((nic) => carries(first.facts, nic, first.address))) ?? groups[0] ?? [];
  const others = groups.filter((group) => group !== management).sort(byRank(first.facts));
  const picks: [NetworkId, NicFacts[]][] = [
    ["storage", others[0] ?? []],
    ["management", management],
    ["data", others[1] ?? []],
  ];
  return picks.map(([id, group]) => planOf(id, group, bonds, reached));
}

/** NICs of one card share the name up to its port number: p5p1 and p5p2, eth0 and eth1. */
function nicGroups(facts: NodeFacts): NicFacts[][] {
  const groups = new Map<string, NicFacts[]>();
  for (const nic of usableNics(facts)) {
    const stem = nic.name.replace(/\d+$/, "");
    groups.set(stem, [...(groups.get(stem) ?? []), nic]);
  }
  return [...groups.values()];
}

/** The NIC has the address itself, or is below the bridge or bond that has it. */
function carries(facts: NodeFacts, nic: NicFacts, address: string): boolean {
  return above(facts, nic).some((link) => link.addresses.some(({ ip }) => ip === address));
}

function above(facts: NodeFacts, nic: NicFacts): NicFacts[] {
  const links = [nic];
  for (let at = nic; at.master !== null && links.length < 4; ) {
    const master = facts.nics.find(({ name }) => name === at.master);
    if (master === undefined) break;
    links.push(master);
    at = master;
  }
  return links;
}

/** Configured first, then fast, then with a link. */
const byRank = (facts: NodeFacts) => (a: NicFacts[], b: NicFacts[]) => rank(facts, b) - rank(facts, a);
function rank(facts: NodeFacts, group: readonly NicFacts[]): number {
  const addressed = group.some((nic) => above(facts, nic).some((link) => link.addresses.length > 0));
  const speed = Math.max(0, ...group.map((nic) => nic.speedMbps ?? 0));
  return (addressed ? 1e9 : 0) + speed * 10 + (group.some((nic) => nic.carrier === true) ? 1 : 0);
}

function planOf(
  id: NetworkId,
  group: readonly NicFacts[],
  bonds: boolean,
  nodes: readonly { address: string; facts: NodeFacts }[],
): NetworkPlan {
  const bonded = bonds && group.length >= 2;
  const names = (bonded ? group.slice(0, 2) : group.slice(0, 1)).map((nic) => nic.name);
  const held = nodes.map(({ facts }) => addressOn(facts, names));
  const prefix = held.find((one) => one !== null)?.prefixLength ?? 24;
  const addressed = id !== "data";
  return {
    id,
    link: bonded ? "bond-lacp" : "single",
    bond: bonded ? bondOf[id] : null,
    bridge: addressed,
    mtu: id === "storage" ? jumboMtu : 1500,
    prefixLength: addressed ? prefix : null,
    gateway: id === "management" ? (nodes[0]?.facts.defaultGateway ?? null) : null,
    onNodes: nodes.map(({ facts }, at) => ({
      node: facts.hostName,
      nics: names.filter((name) => facts.nics.some((nic) => nic.name === name)),
      ip: addressed ? (held[at]?.ip ?? null) : null,
    })),
  };
}

function addressOn(facts: NodeFacts, names: readonly string[]): { ip: string; prefixLength: number } | null {
  const links = facts.nics.filter(({ name }) => names.includes(name)).flatMap((nic) => above(facts, nic));
  return links.flatMap(({ addresses }) => addresses).find(({ ip }) => !ip.includes(":")) ?? null;
}
