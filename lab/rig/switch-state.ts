// What was asked of the switch beyond its delivery state; part of the lab's record. Pure.
import { z } from "zod";
import { NETWORKS, planNics, type Network, type PlannedNode } from "@/lab/plan";

/** LACP with slow or fast heartbeats, no channel at all, or a channel without LACP. */
export const PORT_MODES = ["lacp", "lacp-fast", "plain", "static"] as const;
export type PortMode = (typeof PORT_MODES)[number];
export const DIRECTIONS = ["in", "out", "both"] as const;

/** First and last VLAN of a range. */
const vlanRangeSchema = z.tuple([z.number().int(), z.number().int()]);
export type VlanRange = z.infer<typeof vlanRangeSchema>;

const pairSchema = z.object({
  node: z.string(),
  network: z.enum(NETWORKS),
  mode: z.enum(PORT_MODES),
  /** VLAN of frames without a tag. */
  nativeVlan: z.number().int(),
  allowedVlans: z.array(vlanRangeSchema),
});
/** How the two switch ports meant for a node's network are configured. */
export type PortPair = z.infer<typeof pairSchema>;

const flapSchema = z.object({ cable: z.string(), upMs: z.number().int(), downMs: z.number().int() });
export type Flap = z.infer<typeof flapSchema>;

const strangerSchema = z.object({ network: z.enum(NETWORKS), address: z.string(), mac: z.string() });
/** A host nobody knows, which answers for this address. */
export type Stranger = z.infer<typeof strangerSchema>;

/**
 * A cable is named after the switch port it belongs into: `p5p1-1` leads from p5p1 of ceph-1 to the port of that name, unless
 * `moved` says otherwise.
 */
export const switchStateSchema = z.object({
  pairs: z.array(pairSchema),
  moved: z.record(z.string(), z.string()),
  unplugged: z.array(z.string()),
  silent: z.array(z.object({ cable: z.string(), direction: z.enum(DIRECTIONS) })),
  flaps: z.array(flapSchema),
  /** Ports, not cables. */
  smallMtu: z.array(z.string()),
  strangers: z.array(strangerSchema),
});
export type SwitchState = z.infer<typeof switchStateSchema>;

export const DELIVERED: SwitchState = {
  pairs: [],
  moved: {},
  unplugged: [],
  silent: [],
  flaps: [],
  smallMtu: [],
  strangers: [],
};
export const ALL_VLANS: VlanRange[] = [[2, 4094]];
export const DEFAULT_VLAN = 1;

export function portPair(state: SwitchState, node: string, network: Network): PortPair {
  const found = state.pairs.find((pair) => pair.node === node && pair.network === network);
  return found ?? { node, network, mode: "lacp", nativeVlan: DEFAULT_VLAN, allowedVlans: ALL_VLANS };
}

export function withPair(state: SwitchState, pair: PortPair): SwitchState {
  const others = state.pairs.filter((other) => other.node !== pair.node || other.network !== pair.network);
  return { ...state, pairs: [...others, pair] };
}

/** The switch port in which a cable's end sits. */
export function portOf(state: SwitchState, cable: string): string {
  return state.moved[cable] ?? cable;
}

export function cableIn(state: SwitchState, port: string): string {
  return Object.entries(state.moved).find(([, at]) => at === port)?.[0] ?? port;
}

/** The cable that sat in that port gets the one which becomes free. */
export function moveCable(state: SwitchState, cable: string, port: string): SwitchState {
  const displaced = cableIn(state, port);
  const moved = { ...state.moved, [cable]: port, [displaced]: portOf(state, cable) };
  if (displaced === cable) return state;
  return { ...state, moved: Object.fromEntries(Object.entries(moved).filter(([from, to]) => from !== to)) };
}

export interface CableEnd {
  node: string;
  nic: string;
  network: Network;
}

/** The node's end of every cable, by the cable's name. */
export function cableEnds(nodes: readonly PlannedNode[]): Map<string, CableEnd> {
  const ends = new Map<string, CableEnd>();
  for (const node of nodes) {
    for (const nic of planNics(node, "bonded"))
      ends.set(nic.hubPort, { node: node.name, nic: nic.name, network: nic.network });
  }
  return ends;
}

export function withMember(list: readonly string[], member: string, isIn: boolean): string[] {
  const others = list.filter((other) => other !== member);
  return isIn ? [...others, member] : others;
}
