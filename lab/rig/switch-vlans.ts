// VLANs of the switch. A network knows of them only while one of its ports differs from the delivery state; until then every
// tag passes, as on an unmanaged switch. Pure.
import { channelName, NETWORK_PLAN, NETWORKS, planNics, type PlannedNode } from "@/lab/plan";
import { ALL_VLANS, DEFAULT_VLAN, portPair, type SwitchState, type VlanRange } from "@/lab/rig/switch-state";

export interface ObservedVlans {
  /** Bridges that look at tags. */
  filtering: readonly string[];
  /** By device: native VLAN and the others, sorted. */
  devices: ReadonlyMap<string, VlanSet>;
}

export interface VlanSet {
  native: number | null;
  tagged: VlanRange[];
}

export interface VlanPlan {
  /** Lines for `ip -batch`. */
  links: string[];
  /** Lines for `bridge -batch`. */
  vlans: string[];
}

export function planVlans(observed: ObservedVlans, state: SwitchState, nodes: readonly PlannedNode[]): VlanPlan {
  const plan: VlanPlan = { links: [], vlans: [] };
  for (const network of NETWORKS) {
    const { bridge } = NETWORK_PLAN[network];
    const pairs = nodes.map((node) => ({ node, pair: portPair(state, node.name, network) }));
    const isSpecial = pairs.some(
      ({ pair }) => pair.nativeVlan !== DEFAULT_VLAN || key(pair.allowedVlans) !== key(ALL_VLANS),
    );
    for (const { node, pair } of isSpecial ? pairs : []) {
      const ports = planNics(node, "bonded", [network]).map((nic) => nic.hubPort);
      const wanted = { native: pair.nativeVlan, tagged: without(pair.allowedVlans, pair.nativeVlan) };
      for (const device of pair.mode === "plain" ? ports : [channelName(node, network)]) {
        const now = observed.devices.get(device);
        if (now && (now.native !== wanted.native || key(now.tagged) !== key(wanted.tagged)))
          plan.vlans.push(...setVlans(device, wanted));
      }
    }
    if (observed.filtering.includes(bridge) !== isSpecial)
      plan.links.push(`link set ${bridge} type bridge vlan_filtering ${isSpecial ? 1 : 0}`);
  }
  return plan;
}

function setVlans(device: string, { native, tagged }: { native: number; tagged: readonly VlanRange[] }): string[] {
  return [
    `vlan del dev ${device} vid 1-4094`,
    `vlan add dev ${device} vid ${native} pvid untagged`,
    ...tagged.map(([first, last]) => `vlan add dev ${device} vid ${first === last ? first : `${first}-${last}`}`),
  ];
}

function without(ranges: readonly VlanRange[], vlan: number): VlanRange[] {
  return merged(
    ranges.flatMap(([first, last]): VlanRange[] =>
      vlan < first || vlan > last
        ? [[first, last]]
        : [
            [first, vlan - 1],
            [vlan + 1, last],
          ],
    ),
  );
}

/** Sorted, neighbours joined, empty ranges dropped: equal sets look equal. */
export function merged(ranges: readonly VlanRange[]): VlanRange[] {
  const result: VlanRange[] = [];
  for (const [first, last] of ranges.filter((range) => range[0] <= range[1]).toSorted((a, b) => a[0] - b[0])) {
    const previous = result.at(-1);
    if (previous && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else result.push([first, last]);
  }
  return result;
}

function key(ranges: readonly VlanRange[]): string {
  return JSON.stringify(merged(ranges));
}
