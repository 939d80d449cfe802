// Names, addresses and interfaces of the test cluster. Pure: everything else asks here, so the numbers exist once.
import { LAB_NAME } from "@/lab/places";

export const NETWORKS = ["storage", "management", "data"] as const;
export type Network = (typeof NETWORKS)[number];

export const NETWORK_MODES = ["single", "bonded"] as const;
export type NetworkMode = (typeof NETWORK_MODES)[number];

export const ROOT_PASSWORD = "only-in-this-lab";
/** Every name the lab gives to a namespace, cgroup or container starts like this; `down` looks for nothing else. */
export const NAME_PREFIX = `trivet${LAB_NAME}-`;
export const HUB_NAMESPACE = `${NAME_PREFIX}hub`;
export const HOST_LINK = "trivet0";
/** Between the host and the machine that carries a bonded lab; no node is on it. */
export const CONTROL_LINK = "trivet1";
export const CONTROL = { host: "10.77.255.1/30", rig: "10.77.255.2/30", address: "10.77.255.2", port: 7000 } as const;
export const HOST_LINKS = [HOST_LINK, CONTROL_LINK] as const;
/** Control group and container names of the machine that carries a bonded lab. */
export const RIG_GROUP = `${NAME_PREFIX}rig`;
/** The host end's peer inside the hub. */
export const HOST_PORT = "host0";
/** Unreachable from the host while the lab exists, except the management network on trivet0. */
export const LAB_RANGE = "10.77.0.0/16";
export const JUMBO_MTU = 9000;
export const MAX_NODES = 9;
export const MAX_DISKS = 8;

export const NETWORK_PLAN = {
  storage: { subnet: "10.77.1.0/24", gateway: "10.77.1.1", bridge: "br-sto" },
  management: { subnet: "10.77.2.0/24", gateway: "10.77.2.1", bridge: "br-mgt" },
  data: { subnet: "10.77.3.0/24", gateway: null, bridge: "br-vm" },
} as const satisfies Record<Network, { subnet: string; gateway: string | null; bridge: string }>;

export const HOST_ADDRESS = "10.77.2.254";
export const MANAGEMENT_VM = {
  ip: "10.77.2.100",
  gateway: NETWORK_PLAN.management.gateway,
  netmask: "255.255.255.0",
} as const;

export const STACKS = ["networkd", "networkmanager", "ifupdown"] as const;
/** What configures a node's network. */
export type Stack = (typeof STACKS)[number];

const NICS = {
  single: { storage: ["p5p1"], management: ["eth0"], data: ["em1"] },
  bonded: { storage: ["p5p1", "p5p2"], management: ["eth0", "eth1"], data: ["em1", "em2"] },
} as const satisfies Record<NetworkMode, Record<Network, readonly string[]>>;

export interface PlannedNode {
  index: number;
  name: string;
  namespace: string;
  managementIp: string;
  storageIp: string;
}

export interface PlannedNic {
  network: Network;
  name: string;
  /** The other end of the cable, in the hub. */
  hubPort: string;
  mac: string;
}

export function planNode(index: number): PlannedNode {
  if (!Number.isInteger(index) || index < 1 || index > MAX_NODES) {
    throw new RangeError(`a lab node's number lies between 1 and ${MAX_NODES}, not ${index}`);
  }
  const name = `ceph-${index}`;
  return {
    index,
    name,
    namespace: `${NAME_PREFIX}${name}`,
    managementIp: `10.77.2.${10 + index}`,
    storageIp: `10.77.1.${10 + index}`,
  };
}

export function planNodes(count: number): PlannedNode[] {
  return Array.from({ length: count }, (_, at) => planNode(at + 1));
}

export function planNics(node: PlannedNode, mode: NetworkMode, networks: readonly Network[] = NETWORKS): PlannedNic[] {
  return networks.flatMap((network) =>
    NICS[mode][network].map((name, slot) => ({
      network,
      name,
      hubPort: `${name}-${node.index}`,
      mac: nicMac(network, slot, node.index),
    })),
  );
}

// Stable over power cycles: a server keeps its MACs, and so do the ARP caches around it.
function nicMac(network: Network, slot: number, node: number): string {
  return [0x02, 0x54, 0x4c, NETWORKS.indexOf(network), slot, node]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join(":");
}

/** The switch's link aggregation group over a node's two ports of a network. */
export function channelName(node: PlannedNode, network: Network): string {
  return `lag-${NETWORK_PLAN[network].bridge.slice("br-".length)}-${node.index}`;
}
