// What the switch is told: the smallest list of `ip` commands that leads from what is there to what is wanted. Pure.
import { JUMBO_MTU, NETWORK_PLAN, NETWORKS, planNics, type Network, type PlannedNode } from "@/lab/plan";
import type { PortMode, SwitchState } from "@/lab/rig/switch-state";

/** One device of `ip -details -json link show`, as far as it matters here. */
export interface HubDevice {
  name: string;
  up: boolean;
  mtu: number;
  master: string | null;
  /** Of a bond: `802.3ad slow`, `802.3ad fast`, `balance-xor`. */
  channel: string | null;
}

interface Wanted {
  channels: Map<string, { kind: string; bridge: string; key: number }>;
  ports: Map<string, { master: string; up: boolean; mtu: number }>;
}

// What one switch says of itself in LACP: the same system on every channel, another key on each. Without keys of their own
// two channels would look like one to a node whose cable sits in another node's port.
const SYSTEM = "02:54:4c:fe:00:01";

export function channelName(node: PlannedNode, network: Network): string {
  return `lag-${NETWORK_PLAN[network].bridge.slice("br-".length)}-${node.index}`;
}

const CHANNEL_KIND: Record<Exclude<PortMode, "plain">, string> = {
  slow: "802.3ad slow",
  fast: "802.3ad fast",
  static: "balance-xor",
};

export function planSwitch(
  observed: readonly HubDevice[],
  state: SwitchState,
  nodes: readonly PlannedNode[],
): string[] {
  const wanted = wish(state, nodes);
  const there = new Map(observed.map((device) => [device.name, device]));
  const isStale = (name: string) => {
    const device = there.get(name);
    return device?.channel != null && device.channel !== wanted.channels.get(name)?.kind;
  };
  const stale = observed.filter((device) => isStale(device.name)).map((device) => device.name);
  const lines = stale.map((name) => `link delete ${name}`);
  for (const [name, channel] of wanted.channels) {
    if (!there.has(name) || isStale(name)) lines.push(...createChannel(name, channel));
  }
  for (const [name, port] of wanted.ports) {
    const device = there.get(name);
    // A node that is off has no cables here.
    if (device) lines.push(...setPort(device, port, device.master !== null && isStale(device.master)));
  }
  return lines;
}

function createChannel(name: string, { kind, bridge, key }: { kind: string; bridge: string; key: number }): string[] {
  const [mode, rate] = kind.split(" ");
  const lacp = rate ? ` lacp_rate ${rate} ad_actor_system ${SYSTEM} ad_user_port_key ${key}` : "";
  return [
    `link add ${name} mtu ${JUMBO_MTU} type bond mode ${mode} miimon 100 xmit_hash_policy layer2+3${lacp}`,
    `link set ${name} master ${bridge} up`,
  ];
}

function setPort(device: HubDevice, port: { master: string; up: boolean; mtu: number }, orphaned: boolean): string[] {
  const lines: string[] = [];
  const moves = orphaned || device.master !== port.master;
  // A bond takes only ports that are down, and gives them its own MTU.
  if (moves) lines.push(`link set ${device.name} down nomaster`, `link set ${device.name} master ${port.master}`);
  if (moves || device.mtu !== port.mtu) lines.push(`link set ${device.name} mtu ${port.mtu}`);
  if (moves ? port.up : device.up !== port.up) lines.push(`link set ${device.name} ${port.up ? "up" : "down"}`);
  return lines;
}

function wish(state: SwitchState, nodes: readonly PlannedNode[]): Wanted {
  const wanted: Wanted = { channels: new Map(), ports: new Map() };
  for (const node of nodes) {
    for (const network of NETWORKS) {
      const { bridge } = NETWORK_PLAN[network];
      const mode = portMode(state, node.name, network);
      const channel = channelName(node, network);
      if (mode !== "plain")
        wanted.channels.set(channel, {
          kind: CHANNEL_KIND[mode],
          bridge,
          key: node.index * 10 + NETWORKS.indexOf(network) + 1,
        });
      for (const nic of planNics(node, "bonded", [network])) {
        wanted.ports.set(nic.hubPort, {
          master: mode === "plain" ? bridge : channel,
          up: !state.unplugged.includes(nic.hubPort),
          mtu: state.smallMtu.includes(nic.hubPort) ? 1500 : JUMBO_MTU,
        });
      }
    }
  }
  return wanted;
}

function portMode(state: SwitchState, node: string, network: Network): PortMode {
  return state.modes.find((entry) => entry.node === node && entry.network === network)?.mode ?? "slow";
}
