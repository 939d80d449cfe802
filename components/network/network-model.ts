import type { BondFacts, BondMember } from "@/contract/bond-facts";
import { judgeBond, type MemberVerdict, noPartner } from "@/contract/bond-verdict";
import type { ClusterStatus } from "@/contract/cluster-status";
import type { LldpNeighbour } from "@/contract/lldp";
import type { NetworkCheck, NetworkFinding } from "@/contract/network-check";
import { type NetworkId, networkDevice, type NetworkPlan } from "@/contract/network-plan";
import type { LiveLink, NodeLinks } from "@/contract/node-links";

/** `off`: switched off by configuration. `missing`: the node has no such link. `unknown`: nobody could look. */
export type CableState = "up" | "down" | "off" | "missing" | "unknown";

/** What is at the other end of one cable, as far as anything tells: the switch by LLDP, its channel group by LACP. */
export interface FarEnd {
  lldp: LldpNeighbour | null;
  /** Null: no bond with LACP here, or nobody could look. "none": LACP is spoken here and nobody answers. */
  partner: { mac: string; key: number | null; port: number | null } | "none" | null;
}

export interface Cable {
  nic: string;
  state: CableState;
  speedMbps: number | null;
  /** Null outside a bond, or when nobody could look. */
  verdict: MemberVerdict | null;
  member: BondMember | null;
  carrierChanges: number | null;
  far: FarEnd;
}

/** One network on one node: NICs → (bond) → (bridge), as planned and as it is now. */
export interface Attachment {
  network: NetworkId;
  node: string;
  plan: NetworkPlan;
  ip: string | null;
  device: string | null;
  cables: Cable[];
  bond: BondFacts | null;
  /** Of the device that carries the network; null: not known, or no such device. */
  mtu: number | null;
  /** VLAN devices on top of it. */
  vlans: string[];
  /** IPv4 addresses at the last check, with prefix; null: not looked at. */
  addresses: string[] | null;
  standing: Standing;
}

/** degraded: works without what it was built for. */
export type Standing = "good" | "degraded" | "failed" | "unknown";

/** Takes a status already passed through withStaleAsUnknown. */
export function attachmentsOf(
  plans: readonly NetworkPlan[],
  status: Pick<ClusterStatus, "nodes">,
  check: NetworkCheck | null,
): Attachment[] {
  return status.nodes.flatMap((node) => {
    const live = node.links.state === "known" ? node.links.value : null;
    const report = check?.reports[node.name];
    const known = report?.state === "known" ? report.value : null;
    return plans.flatMap((plan): Attachment[] => {
      const on = plan.onNodes.find((entry) => entry.node === node.name);
      if (on === undefined) return [];
      const device = networkDevice(plan, node.name);
      const bond = live?.bonds.find(({ name }) => name === plan.bond) ?? null;
      const cables = on.nics.map((nic) => cableOf(nic, live, bond, known?.lldp ?? []));
      const carrier = live?.links.find(({ name }) => name === device) ?? null;
      const below = [device, plan.bond, ...on.nics];
      return [
        {
          network: plan.id,
          node: node.name,
          plan,
          ip: on.ip,
          device,
          cables,
          bond,
          mtu: carrier?.mtu ?? null,
          vlans: (live?.links ?? []).flatMap(({ name, kind }) =>
            kind === "vlan" && name !== device && below.some((base) => base !== null && name.startsWith(`${base}.`))
              ? [name]
              : [],
          ),
          addresses: known?.links.find(({ name }) => name === device)?.addresses ?? null,
          standing: standingOf(plan, live === null ? null : (carrier ?? "missing"), cables),
        },
      ];
    });
  });
}

function cableOf(nic: string, live: NodeLinks | null, bond: BondFacts | null, lldp: readonly LldpNeighbour[]): Cable {
  const link = live?.links.find(({ name }) => name === nic) ?? null;
  const member = bond?.members.find(({ name }) => name === nic) ?? null;
  const verdict = bond === null ? null : (judgeBond(bond).members.find(({ name }) => name === nic)?.verdict ?? null);
  return {
    nic,
    state: live === null ? "unknown" : link === null ? "missing" : cableState(link),
    speedMbps: link?.speedMbps ?? null,
    verdict,
    member,
    carrierChanges: link?.carrierChanges ?? null,
    far: {
      lldp: lldp.find((neighbour) => neighbour.nic === nic) ?? null,
      partner: bond?.mode === "lacp" && member !== null ? partnerOf(member) : null,
    },
  };
}

function cableState(link: LiveLink): CableState {
  if (!link.adminUp) return "off";
  if (link.carrier === null) return "unknown";
  return link.carrier ? "up" : "down";
}

function partnerOf(member: BondMember): FarEnd["partner"] {
  if (member.partnerMac === null) return null;
  if (member.partnerMac === noPartner) return "none";
  return { mac: member.partnerMac, key: member.partnerKey, port: member.partnerPort };
}

function standingOf(plan: NetworkPlan, carrier: LiveLink | "missing" | null, cables: readonly Cable[]): Standing {
  if (carrier === null) return "unknown";
  if (carrier === "missing" || carrier.mtu < plan.mtu) return "failed";
  const carrying = cables.filter((cable) => cable.state === "up" && isFit(cable, plan));
  if (carrying.length === 0) return cables.some(({ state }) => state === "unknown") ? "unknown" : "failed";
  return carrying.length < cables.length ? "degraded" : "good";
}

/** A cable of an LACP bond has a link through every one of LACP's failures. */
const isFit = ({ verdict }: Cable, plan: NetworkPlan): boolean =>
  plan.link === "single" || verdict === "healthy" || verdict === "standby";

/** How well a whole network stands: as its worst node. */
export function worstStanding(attachments: readonly Attachment[]): Standing {
  const order: readonly Standing[] = ["failed", "degraded", "unknown", "good"];
  return order.find((standing) => attachments.some((one) => one.standing === standing)) ?? "unknown";
}

/** Cables may all carry and a switch still drop what is large: what the last check found counts too. */
export function standingWith(standing: Standing, found: NetworkFinding["severity"] | null): Standing {
  if (found === "error") return "failed";
  return found === "warning" && standing === "good" ? "degraded" : standing;
}

/** Cables in a row that lead to the same channel group, or to the same switch, are one thing at the far side. */
export function farGroups(cables: readonly Cable[]): { key: string; cables: Cable[] }[] {
  const groups: { key: string; cables: Cable[] }[] = [];
  for (const cable of cables) {
    const key = farKey(cable);
    const last = groups.at(-1);
    if (last !== undefined && key !== null && last.key === key) last.cables.push(cable);
    else groups.push({ key: key ?? `alone ${cable.nic}`, cables: [cable] });
  }
  return groups;
}

function farKey({ far, state }: Cable): string | null {
  if (state !== "up") return null;
  if (far.partner === "none") return "no partner";
  if (far.partner !== null) return `${far.partner.mac} ${far.partner.key ?? ""}`;
  return far.lldp === null ? null : far.lldp.chassis;
}
