import type { ClusterStatus, NodeStatus } from "@/contract/cluster-status";
import type { CephStatus, HaStatus } from "@/contract/ha-status";
import type { NicFacts, NodeFacts } from "@/contract/node-facts";
import type { Observed } from "@/contract/observed";
import { type NodeWord, nodeWord } from "@/components/cluster/marks";

/** Network facts of the nodes by name, where somebody has collected them. */
export type FactsByNode = Readonly<Record<string, Observed<NodeFacts>>>;

export interface TopologyNic {
  name: string;
  carrier: boolean | null;
  speedMbps: number | null;
}

/** NICs → (bond) → (bridge) → network, as found on the node. */
export interface TopologyLink {
  networkKey: string;
  nics: TopologyNic[];
  bond: string | null;
  bridge: string | null;
  address: string | null;
}

export type VmHere = "here" | "arriving" | "leaving" | "no";
export type ConsulHere = "leader" | "server" | "none" | "unknown";
export type MonitorHere = "in-quorum" | "out" | "none" | "unknown";
export type StandbyHere = "yes" | "no" | "unknown";

export interface TopologyNode {
  name: string;
  address: string;
  word: NodeWord;
  vm: VmHere;
  standby: StandbyHere;
  consul: ConsulHere;
  monitor: MonitorHere;
  osds: { id: number; up: boolean; in: boolean }[] | null;
  links: TopologyLink[] | null;
}

export interface Topology {
  nodes: TopologyNode[];
  /** Union over the nodes, in a stable order. `key` is a subnet, or a device name where there is no address. */
  networks: { key: string; label: string }[];
  vmNode: string | null;
  vmKnown: boolean;
}

/** What the picture is made of: of a change anywhere else it is not drawn anew. */
export interface Pictured extends Pick<ClusterStatus, "clusterId" | "nodes" | "owner" | "operation" | "leader"> {
  ha: Observed<Pick<HaStatus, "managementVm" | "ceph">>;
}

/** Takes a status already passed through withStaleAsUnknown. */
export function topologyOf(status: Pictured, facts: FactsByNode): Topology {
  const nodes = status.nodes.map((node) => topologyNode(status, node, facts[node.name]));
  const keys = new Set(nodes.flatMap((node) => node.links?.map((link) => link.networkKey) ?? []));
  const ha = status.ha.state === "known" ? status.ha.value : null;
  const owner = status.owner.state === "known" ? status.owner.value : undefined;
  const vmNode = owner === undefined ? (ha?.managementVm.node ?? null) : (owner?.node ?? null);
  return {
    nodes,
    networks: [...keys].sort(compareNetworks).map((key) => ({ key, label: key })),
    vmNode,
    vmKnown: owner !== undefined || (ha !== null && ha.managementVm.state !== "unknown"),
  };
}

/** Networks with addresses first, in the order of their numbers; then devices by name. */
function compareNetworks(a: string, b: string): number {
  const aSubnet = a.includes("/");
  if (aSubnet !== b.includes("/")) return aSubnet ? -1 : 1;
  return a.localeCompare(b, "en", { numeric: true });
}

function topologyNode(status: Pictured, node: NodeStatus, facts: Observed<NodeFacts> | undefined): TopologyNode {
  const ceph =
    status.ha.state === "known" && status.ha.value.ceph.state === "known" ? status.ha.value.ceph.value : null;
  return {
    name: node.name,
    address: node.address,
    word: nodeWord(node),
    vm: vmHere(status, node.name),
    standby: standbyHere(node),
    consul: consulHere(status, node),
    monitor: monitorHere(ceph, node),
    osds: ceph === null || ceph.osdsByHost === null ? null : (ceph.osdsByHost[node.name] ?? []),
    links: facts?.state === "known" ? linksNow(node, facts.value.nics) : null,
  };
}

function vmHere(status: Pictured, name: string): VmHere {
  const operation = status.operation.state === "known" ? status.operation.value : null;
  const moving = operation?.kind === "migrate" && operation.phase !== "done" && operation.phase !== "failed";
  if (moving && operation.target === name) return "arriving";
  if (moving && operation.source === name) return "leaving";
  if (status.owner.state === "known") return status.owner.value?.node === name ? "here" : "no";
  const seen = status.ha.state === "known" ? status.ha.value.managementVm.node : null;
  return seen === name ? "here" : "no";
}

function standbyHere(node: NodeStatus): StandbyHere {
  if (node.suite.state === "unknown") return "unknown";
  return node.suite.value?.eligible === true ? "yes" : "no";
}

function consulHere(status: Pictured, node: NodeStatus): ConsulHere {
  if (node.member.state === "unknown") return "unknown";
  if (node.member.value !== "alive") return "none";
  if (status.leader.state === "unknown") return "server";
  const leader = status.leader.value?.split(":")[0];
  const addresses = [node.address, node.suite.state === "known" ? node.suite.value?.ip : undefined];
  return leader !== undefined && addresses.includes(leader) ? "leader" : "server";
}

function monitorHere(ceph: CephStatus | null, node: NodeStatus): MonitorHere {
  if (ceph === null) return "unknown";
  const monitor = ceph.monitors.find((each) => each.name === node.name || each.address.split(":")[0] === node.address);
  if (monitor === undefined) return "none";
  return monitor.inQuorum ? "in-quorum" : "out";
}

/** What was wired stays drawn; whether it carries anything is unknown as soon as the node cannot be asked. */
/** Which links there are is read every half minute; whether each has a link comes live. */
function linksNow(node: NodeStatus, nics: readonly NicFacts[]): TopologyLink[] {
  const isReachable = node.link.state === "known" && node.link.value.reachable;
  const live = node.links.state === "known" ? node.links.value.links : [];
  const nicNow = (nic: TopologyNic): TopologyNic => {
    if (!isReachable) return { ...nic, carrier: null };
    const now = live.find(({ name }) => name === nic.name);
    return now === undefined ? nic : { ...nic, carrier: now.carrier, speedMbps: now.speedMbps };
  };
  return linksOf(nics).map((link) => ({ ...link, nics: link.nics.map(nicNow) }));
}

/** Devices that carry an address or a bridge, each with what is below it. Idle NICs are left out: they carry nothing. */
export function linksOf(nics: readonly NicFacts[]): TopologyLink[] {
  const below = (name: string): NicFacts[] => nics.filter((nic) => nic.master === name);
  return nics
    .filter((nic) => nic.master === null && nic.name !== "lo")
    .filter((nic) => nic.addresses.length > 0 || (nic.kind === "bridge" && below(nic.name).length > 0))
    .map((top) => {
      const bridge = top.kind === "bridge" ? top : null;
      const uplink = bridge === null ? top : uplinkOf(below(bridge.name));
      const bond = uplink?.kind === "bond" ? uplink : null;
      const ends = bond !== null ? below(bond.name) : uplink === undefined ? [] : [uplink];
      const address = top.addresses[0];
      return {
        networkKey: address === undefined ? top.name : subnetOf(address.ip, address.prefixLength),
        nics: ends.map(({ name, carrier, speedMbps }) => ({ name, carrier, speedMbps })),
        bond: bond?.name ?? null,
        bridge: bridge?.name ?? null,
        address: address?.ip ?? null,
      };
    });
}

/** A bridge also carries the guests' ports (vnet, tap): those are no way to the network. */
function uplinkOf(members: readonly NicFacts[]): NicFacts | undefined {
  const candidates = members.filter((nic) => !/^(vnet|tap)/.test(nic.name));
  return (
    candidates.find((nic) => nic.kind === "bond") ?? candidates.find((nic) => nic.kind === "physical") ?? candidates[0]
  );
}

function subnetOf(ip: string, prefixLength: number): string {
  const octets = ip.split(".").map(Number);
  if (octets.length !== 4 || octets.some((octet) => !Number.isInteger(octet))) return `${ip}/${prefixLength}`;
  const network = octets.map((octet, at) => {
    const bits = Math.min(8, Math.max(0, prefixLength - at * 8));
    return octet & (0xff << (8 - bits)) & 0xff;
  });
  return `${network.join(".")}/${prefixLength}`;
}
