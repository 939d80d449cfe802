// What the switch is told: the smallest lists of commands that lead from what is there to what is wanted. Pure.
import { channelName, JUMBO_MTU, NETWORK_PLAN, NETWORKS, planNics, type PlannedNode } from "@/lab/plan";
import { cableIn, portPair, type PortMode, type SwitchState } from "@/lab/rig/switch-state";

/** One device of the switch, as far as it matters here. */
export interface HubDevice {
  name: string;
  up: boolean;
  carrier: boolean;
  mtu: number;
  master: string | null;
  /** Of a bond: `802.3ad slow`, `802.3ad fast`, `balance-xor`. */
  channel: string | null;
}

export interface WantedPort {
  master: string;
  /** Null: somebody else turns it on and off. */
  up: boolean | null;
  mtu: number;
}

const SMALL_MTU = 1500;
// What one switch says of itself in LACP: the same system on every channel, another key on each. Without keys of their own
// two channels would look like one to a node whose cable sits in another node's port.
const SYSTEM = "02:54:4c:fe:00:01";

export const CHANNEL_KIND: Record<Exclude<PortMode, "plain">, string> = {
  lacp: "802.3ad slow",
  "lacp-fast": "802.3ad fast",
  static: "balance-xor",
};

/** Lines for `ip -batch`. */
export function planLinks(observed: readonly HubDevice[], state: SwitchState, nodes: readonly PlannedNode[]): string[] {
  const there = new Map(observed.map((device) => [device.name, device]));
  const channels = wantedChannels(state, nodes);
  const stale = observed.filter(({ name, channel }) => channel !== null && channel !== channels.get(name)?.kind);
  const isStale = (name: string | null) => stale.some((device) => device.name === name);
  const lines = stale.map((device) => `link delete ${device.name}`);
  for (const [name, channel] of channels)
    if (!there.has(name) || isStale(name)) lines.push(...createChannel(name, channel));
  for (const [name, port] of wantedPorts(state, nodes)) {
    const device = there.get(name);
    // A node that is off has no cables here.
    if (device) lines.push(...setPort(device, port, isStale(device.master)));
  }
  return lines;
}

interface Channel {
  kind: string;
  bridge: string;
  key: number;
}

function wantedChannels(state: SwitchState, nodes: readonly PlannedNode[]): Map<string, Channel> {
  const channels = new Map<string, Channel>();
  for (const node of nodes) {
    NETWORKS.forEach((network, place) => {
      const { mode } = portPair(state, node.name, network);
      if (mode === "plain") return;
      const { bridge } = NETWORK_PLAN[network];
      channels.set(channelName(node, network), { kind: CHANNEL_KIND[mode], bridge, key: node.index * 10 + place + 1 });
    });
  }
  return channels;
}

export function wantedPorts(state: SwitchState, nodes: readonly PlannedNode[]): Map<string, WantedPort> {
  const ports = new Map<string, WantedPort>();
  for (const node of nodes) {
    for (const network of NETWORKS) {
      const isPlain = portPair(state, node.name, network).mode === "plain";
      const master = isPlain ? NETWORK_PLAN[network].bridge : channelName(node, network);
      for (const { hubPort } of planNics(node, "bonded", [network])) {
        const cable = cableIn(state, hubPort);
        const isFlapping = state.flaps.some((flap) => flap.cable === cable);
        const up = state.unplugged.includes(cable) ? false : isFlapping ? null : true;
        ports.set(hubPort, { master, up, mtu: state.smallMtu.includes(hubPort) ? SMALL_MTU : JUMBO_MTU });
      }
    }
  }
  return ports;
}

function createChannel(name: string, { kind, bridge, key }: Channel): string[] {
  const [mode, rate] = kind.split(" ");
  const lacp = rate ? ` lacp_rate ${rate} ad_actor_system ${SYSTEM} ad_user_port_key ${key}` : "";
  return [
    `link add ${name} mtu ${JUMBO_MTU} type bond mode ${mode} miimon 100 xmit_hash_policy layer2+3${lacp}`,
    `link set ${name} master ${bridge} up`,
  ];
}

function setPort(device: HubDevice, port: WantedPort, isOrphaned: boolean): string[] {
  const { name } = device;
  const lines: string[] = [];
  const moves = isOrphaned || device.master !== port.master;
  // A bond takes only ports that are down, and gives them its own MTU.
  if (moves) lines.push(`link set ${name} down nomaster`, `link set ${name} master ${port.master}`);
  if (moves || device.mtu !== port.mtu) lines.push(`link set ${name} mtu ${port.mtu}`);
  const up = port.up ?? (moves || device.up);
  // A bond switches on the ports it takes.
  if (moves || device.up !== up) lines.push(`link set ${name} ${up ? "up" : "down"}`);
  return lines;
}
