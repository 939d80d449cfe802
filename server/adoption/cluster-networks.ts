import type { NodeNetwork } from "@/contract/net-apply";
import { deviceOn, type NetworkPlan } from "@/contract/network-plan";
import { say, type Sentence } from "@/contract/sentence";
import type { NodeNetworks } from "@/server/adoption/node-networks";

export interface NetworksOf {
  readonly node: string;
  readonly networks: NodeNetworks;
}

export type ClusterNetworks = { readonly known: readonly NetworkPlan[] } | { readonly unknown: readonly Sentence[] };

/** What all nodes must have alike for one plan to describe them, as a person would write it down. */
function shapeOf({ link, bond, bridge, vlan, mtu, prefixLength, gateway }: NodeNetwork): string {
  const trunk = bond ?? "NIC";
  const parts = [link, deviceOn(trunk, { bridge, ...(vlan === undefined ? {} : { vlan }) }), `MTU ${mtu}`];
  if (prefixLength !== null) parts.push(`/${prefixLength}`);
  if (gateway !== null) parts.push(`gateway ${gateway}`);
  return parts.join(", ");
}

/** The networks of all nodes as one plan. Nodes that differ are named: which of them is right is not for a program to say. */
export function clusterNetworks(nodes: readonly NetworksOf[]): ClusterNetworks {
  const unknown = nodes.flatMap(({ networks }) => ("unknown" in networks ? [networks.unknown] : []));
  const read = nodes.flatMap(({ node, networks }) => ("known" in networks ? [{ node, networks: networks.known }] : []));
  const [model, ...others] = read;
  if (unknown.length > 0 || model === undefined) return { unknown };
  for (const other of others) {
    const ids = new Set([...model.networks, ...other.networks].map(({ id }) => id));
    for (const id of ids) {
      const [ours, theirs] = [model, other].map(({ networks }) => networks.find((network) => network.id === id));
      const [found, wanted] = [theirs, ours].map((network) => (network === undefined ? say("none") : shapeOf(network)));
      if (ours !== undefined && theirs !== undefined && found === wanted) continue;
      const facts = { network: id, node: other.node, found: found ?? "", other: model.node, wanted: wanted ?? "" };
      unknown.push(say("adopt-networks-differ", facts));
    }
  }
  return unknown.length > 0 ? { unknown } : { known: model.networks.map(({ id }) => planOf(id, read)) };
}

function planOf(
  id: NetworkPlan["id"],
  nodes: readonly { readonly node: string; readonly networks: readonly NodeNetwork[] }[],
): NetworkPlan {
  const all = nodes.flatMap(({ node, networks }) =>
    networks.filter((network) => network.id === id).map((network) => ({ node, network })),
  );
  const [first] = all;
  if (first === undefined) throw new RangeError(`no node has the network ${id}`);
  const { nics: _nics, ip: _ip, ...shape } = first.network;
  return { ...shape, onNodes: all.map(({ node, network: { nics, ip } }) => ({ node, nics, ip })) };
}
