// What the switch sees, asked of its kernel and not of the lab's record; only who plugged which cable where is the record's.
import { channelName, HUB_NAMESPACE, NETWORKS, planNics, planNodes, type Network } from "@/lab/plan";
import { isCarrying, parseBonding, type ChannelSeen } from "@/lab/rig/bonding-text";
import { inRig, lookAtSwitch } from "@/lab/rig/switch";
import { cableEnds, cableIn, portPair, type Flap, type Stranger, type VlanRange } from "@/lab/rig/switch-state";
import { run } from "@/lab/shell";
import type { LabState } from "@/lab/state";

export interface SwitchPort {
  port: string;
  /** Whose cable the port is meant for. */
  node: string;
  nic: string;
  network: Network;
  /** Whose cable sits in it; null while that node has no power. */
  cable: { node: string; nic: string } | null;
  up: boolean;
  carrier: boolean;
  mtu: number | null;
  channel: string | null;
  aggregator: number | null;
  actorState: number | null;
  partnerState: number | null;
  partnerMac: string | null;
  /** Both ends collect and distribute, in the channel's active aggregator. Null where there is no LACP. */
  carrying: boolean | null;
  losing: ("in" | "out")[];
  flapping: Omit<Flap, "cable"> | null;
}

export interface SwitchStatus {
  channels: {
    name: string;
    node: string;
    network: Network;
    kind: string;
    partnerMac: string | null;
    activeAggregator: number | null;
    nativeVlan: number | null;
    vlans: VlanRange[] | "all";
  }[];
  ports: SwitchPort[];
  strangers: Stranger[];
}

const SHOW_CHANNELS =
  'cd /proc/net/bonding && for f in *; do [ -e "$f" ] && printf "== %s\\n" "$f" && cat "$f"; done; true';

export async function switchStatus(state: LabState): Promise<SwitchStatus> {
  const nodes = planNodes(state.nodes);
  const seen = await lookAtSwitch();
  const text = await run(["ip", "netns", "exec", HUB_NAMESPACE, "sh", "-c", SHOW_CHANNELS], {}, inRig);
  const bonding = new Map<string, ChannelSeen>();
  for (const section of text.split(/^== /m).slice(1)) {
    const end = section.indexOf("\n");
    bonding.set(section.slice(0, end), parseBonding(section.slice(end)));
  }
  const ends = cableEnds(nodes);
  const places = nodes.flatMap((node) => NETWORKS.map((network) => ({ node, network })));
  return {
    channels: places.flatMap(({ node, network }) => {
      const name = channelName(node, network);
      const device = seen.devices.find((candidate) => candidate.name === name);
      if (!device?.channel) return [];
      const vlans = seen.vlans.devices.get(name);
      return {
        name,
        node: node.name,
        network,
        kind: device.channel,
        partnerMac: bonding.get(name)?.partnerMac ?? null,
        activeAggregator: bonding.get(name)?.activeAggregator ?? null,
        nativeVlan: vlans?.native ?? null,
        vlans: seen.vlans.filtering.includes(device.master ?? "") ? (vlans?.tagged ?? []) : "all",
      };
    }),
    ports: places.flatMap(({ node, network }) =>
      planNics(node, "bonded", [network]).map((nic): SwitchPort => {
        const port = nic.hubPort;
        const device = seen.devices.find((candidate) => candidate.name === port);
        const cable = cableIn(state.switch, port);
        const channel = bonding.get(device?.master ?? "") ?? null;
        const member = channel?.members.find((candidate) => candidate.port === port);
        const isLacp = portPair(state.switch, node.name, network).mode.startsWith("lacp");
        const flap = state.switch.flaps.find((candidate) => candidate.cable === cable);
        const far = ends.get(cable);
        return {
          port,
          node: node.name,
          nic: nic.name,
          network,
          cable: device && far ? { node: far.node, nic: far.nic } : null,
          up: device?.up ?? false,
          carrier: device?.carrier ?? false,
          mtu: device?.mtu ?? null,
          channel: channel ? (device?.master ?? null) : null,
          aggregator: member?.aggregator ?? null,
          actorState: member?.actorState ?? null,
          partnerState: member?.partnerState ?? null,
          partnerMac: member?.partnerMac ?? null,
          carrying: isLacp && channel && member ? isCarrying(channel, member) : null,
          losing: seen.silent.filter((silent) => silent.port === port).map((silent) => silent.direction),
          flapping: flap ? { upMs: flap.upMs, downMs: flap.downMs } : null,
        };
      }),
    ),
    strangers: state.switch.strangers,
  };
}
