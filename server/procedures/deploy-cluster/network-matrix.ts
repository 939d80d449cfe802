import type { DeploymentInput } from "@/contract/deployment-input";
import type { NodeNetwork } from "@/contract/net-apply";
import type { NetworkId, NetworkPlan } from "@/contract/network-plan";

/** The networks one node is to have, as its own command wants them. Pure. */
export function networksOfNode(input: DeploymentInput, node: string): NodeNetwork[] {
  return input.networks.flatMap((plan) => {
    const on = plan.onNodes.find((entry) => entry.node === node);
    if (on === undefined || on.nics.length === 0) return [];
    const { id, link, bond, bridge, mtu, gateway, prefixLength } = plan;
    return [{ id, link, bond, nics: on.nics, bridge, mtu, ip: on.ip, prefixLength, gateway }];
  });
}

export interface LinkProbe {
  network: NetworkId;
  from: string;
  to: string;
  targetIp: string;
  mtu: number;
}

/** IPv4 and ICMP headers: what of the MTU is not payload. */
const headerBytes = 28;

const probesOf = (plan: NetworkPlan): LinkProbe[] =>
  plan.onNodes.flatMap((from) =>
    plan.onNodes.flatMap((to) =>
      from.node === to.node || from.ip === null || to.ip === null
        ? []
        : [{ network: plan.id, from: from.node, to: to.node, targetIp: to.ip, mtu: plan.mtu }],
    ),
  );

/** Every ordered pair of every network that has addresses: a path can be broken one way. */
export const linkProbes = (input: DeploymentInput): LinkProbe[] => input.networks.flatMap(probesOf);

const ping = (probe: LinkProbe, ...size: string[]): string[] => [
  ...["ping", "-n", "-q", "-c", "3", "-i", "0.2", "-W", "2"],
  ...size,
  probe.targetIp,
];

/** Small packets first: three that must pass; then the same unfragmented at the planned MTU. */
export const plainPing = (probe: LinkProbe): string[] => ping(probe);
export const fullPing = (probe: LinkProbe): string[] => ping(probe, "-M", "do", "-s", String(probe.mtu - headerBytes));

export type ProbeOutcome = "ok" | "unreachable" | "mtu";

/** What the outcome of one pair means, for a person at the switch. */
export function probeSentence(probe: LinkProbe, outcome: Exclude<ProbeOutcome, "ok">): string {
  const pair = `${probe.network}: ${probe.from} → ${probe.to} (${probe.targetIp})`;
  return outcome === "unreachable"
    ? `${pair}: no answer; check cable, VLAN and address of this pair`
    : `${pair}: small packets pass, ${probe.mtu} bytes do not; a switch port on the way has no jumbo frames, or plan a smaller MTU`;
}
