import type { NetworkPlan } from "@/contract/network-plan";
import { inSubnet, subnetOf } from "@/contract/subnet";
import { formatIpv4, parseIpv4 } from "@/lib/ipv4";

export interface FilledAddresses {
  plan: NetworkPlan;
  /** Addresses passed over, and why, in order. */
  skipped: { ip: string; because: "gateway" | "taken" }[];
  /** Nodes for which the subnet had no address left. */
  without: string[];
}

/**
 * Gives every node after the first the next free address after the first node's (1.2.2: .3, .4, .5). Passes over the
 * gateway and `taken`, stops before the broadcast address. Null when the first node's address or the prefix cannot be read.
 * `keep` leaves addresses a person typed as they are.
 */
export function fillAddresses(
  plan: NetworkPlan,
  options: { taken: readonly string[]; keep: boolean },
): FilledAddresses | null {
  const [first, ...others] = plan.onNodes;
  const start = first?.ip === null || first === undefined ? null : parseIpv4(first.ip);
  if (first === undefined || start === null || plan.prefixLength === null) return null;
  const subnet = subnetOf(start, plan.prefixLength);
  const gateway = plan.gateway === null ? null : parseIpv4(plan.gateway);
  const kept = options.keep ? others.flatMap(({ ip }) => (ip === null ? [] : [ip])) : [];
  const taken = new Set([...options.taken, ...kept].map(parseIpv4));
  const result: FilledAddresses = { plan, skipped: [], without: [] };

  let next = start + 1;
  const draw = (): number | null => {
    for (; next < subnet.last && inSubnet(next, subnet); next += 1) {
      const because = next === gateway ? "gateway" : taken.has(next) ? "taken" : null;
      if (because === null) {
        next += 1;
        return next - 1;
      }
      result.skipped.push({ ip: formatIpv4(next), because });
    }
    return null;
  };
  const filled = others.map((entry) => {
    if (options.keep && entry.ip !== null && entry.ip !== "") return entry;
    const ip = draw();
    if (ip === null) result.without.push(entry.node);
    return { ...entry, ip: ip === null ? null : formatIpv4(ip) };
  });
  return { ...result, plan: { ...plan, onNodes: [first, ...filled] } };
}

/** One stretch of a network's addresses: `until` equals `from` but for a gap. */
export interface AddressStretch {
  from: string;
  until: string;
  count: number;
  /** Everybody who claims it; two claims are a conflict, none is a gap. */
  claims: ({ by: "node"; node: string } | { by: "gateway" } | { by: "other" })[];
}

/** The network's addresses in their order, from the first that is claimed to the last: who has which, and what lies free between. */
export function addressStretches(plan: NetworkPlan, others: readonly string[]): AddressStretch[] {
  const first = plan.onNodes.flatMap(({ ip }) => (ip === null ? [] : (parseIpv4(ip) ?? [])))[0];
  if (first === undefined || plan.prefixLength === null) return [];
  const subnet = subnetOf(first, plan.prefixLength);
  const claims = new Map<number, AddressStretch["claims"]>();
  const claim = (ip: string | null, by: AddressStretch["claims"][number]): void => {
    const address = ip === null ? null : parseIpv4(ip);
    if (address === null || !inSubnet(address, subnet)) return;
    claims.set(address, [...(claims.get(address) ?? []), by]);
  };
  for (const { node, ip } of plan.onNodes) claim(ip, { by: "node", node });
  claim(plan.gateway, { by: "gateway" });
  for (const ip of new Set(others)) claim(ip, { by: "other" });
  const stretches: AddressStretch[] = [];
  let before: number | null = null;
  for (const address of [...claims.keys()].sort((a, b) => a - b)) {
    if (before !== null && address > before + 1) {
      const [from, until] = [formatIpv4(before + 1), formatIpv4(address - 1)];
      stretches.push({ from, until, count: address - before - 1, claims: [] });
    }
    const ip = formatIpv4(address);
    stretches.push({ from: ip, until: ip, count: 1, claims: claims.get(address) ?? [] });
    before = address;
  }
  return stretches;
}
