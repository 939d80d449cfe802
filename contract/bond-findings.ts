import type { BondFacts, BondMember } from "@/contract/bond-facts";
import { judgeBond, lacpRateMismatch, noPartner } from "@/contract/bond-verdict";
import type { NodeNetworkReport } from "@/contract/net-probe";
import type { NetworkFinding } from "@/contract/network-check";
import type { MakeFinding } from "@/contract/network-finding";
import type { NetworkPlan } from "@/contract/network-plan";

/** Which channel group of which switch a cable leads to, as its LACP partner names itself. */
type Partner = string;
export interface PartnerSeen {
  node: string;
  bond: string;
  member: string;
  partner: Partner;
}

function partnerOf(member: BondMember): Partner | null {
  if (member.partnerMac === null || member.partnerMac === noPartner) return null;
  return `${member.partnerMac}/${member.partnerKey ?? "-"}`;
}

export const partnersOf = (reports: readonly NodeNetworkReport[]): PartnerSeen[] =>
  reports.flatMap((report) =>
    report.bonds.flatMap((bond) =>
      bond.members.flatMap((member) => {
        const partner = partnerOf(member);
        return partner === null ? [] : [{ node: report.node, bond: bond.name, member: member.name, partner }];
      }),
    ),
  );

/** What the LACP partners say about where the cables lead. Needs no switch to be asked. */
export function bondFindings(
  plan: NetworkPlan,
  reports: readonly NodeNetworkReport[],
  partners: readonly PartnerSeen[],
  make: MakeFinding,
): NetworkFinding[] {
  if (plan.link !== "bond-lacp") return [];
  return reports.flatMap((report) => {
    const bond = report.bonds.find(({ name }) => name === plan.bond);
    return bond === undefined ? [] : oneBond(report, bond, plan, partners, make);
  });
}

function oneBond(
  report: NodeNetworkReport,
  bond: BondFacts,
  plan: NetworkPlan,
  partners: readonly PartnerSeen[],
  make: MakeFinding,
): NetworkFinding[] {
  const nodes = [report.node];
  const { members } = judgeBond(bond);
  const named = (verdict: string): string[] =>
    members.flatMap((one) => (one.verdict === verdict ? [one.name] : [])).toSorted();
  const withLink = members.filter(({ verdict }) => verdict !== "no-link");
  const without = named("no-lacp-partner");
  const findings: NetworkFinding[] = [];
  if (without.length > 0 && without.length === withLink.length && withLink.length > 1) {
    const { dead, flows } = deadFlows(report, plan);
    const device = without.join(" and ");
    // Both look the same to the kernel; only lost flows tell a static channel from ports that belong to nothing.
    findings.push(
      dead > 0
        ? make("static-channel", "error", nodes, device, { bond: bond.name, dead, flows })
        : make("ports-without-lacp", "error", nodes, device, { bond: bond.name }),
    );
  } else findings.push(...without.map((nic) => make("port-without-lacp", "error", nodes, nic, { bond: bond.name })));
  const astray = named("other-aggregator");
  if (astray.length > 0) findings.push(...strayCables(report.node, bond, astray, partners, make));
  findings.push(
    ...named("negotiating").map((nic) => make("lacp-negotiating", "error", nodes, nic, { bond: bond.name })),
  );
  if (lacpRateMismatch(bond)) findings.push(make("lacp-rate-mismatch", "advice", nodes, bond.name, {}));
  return findings;
}

function strayCables(
  node: string,
  bond: BondFacts,
  astray: readonly string[],
  partners: readonly PartnerSeen[],
  make: MakeFinding,
): NetworkFinding[] {
  const isOwn = (seen: PartnerSeen): boolean => seen.node === node && seen.bond === bond.name;
  const others = partners.filter((seen) => !isOwn(seen));
  const shared = partners.filter(isOwn).filter(({ partner }) => others.some((other) => other.partner === partner));
  const findings = shared.flatMap((own) => {
    const other = others.find(({ partner }) => partner === own.partner);
    // A bond whose every cable leads to one group has nothing astray on this side.
    return other === undefined || ownsGroup(own, partners, other)
      ? []
      : [
          make("cable-swapped", "error", [node, other.node], own.member, {
            bond: bond.name,
            otherNode: other.node,
            otherDevice: other.bond,
          }),
        ];
  });
  if (findings.length > 0) return findings;
  // Without one cable in use there is no "other" switch: the talk is not over, or its partner fell silent and is not forgotten yet.
  const isOneInUse = bond.members.some(
    ({ aggregatorId, name }) => aggregatorId === bond.activeAggregatorId && !astray.includes(name),
  );
  const code = isOneInUse ? "two-switches" : "lacp-negotiating";
  return astray.map((nic) => make(code, "error", [node], nic, { bond: bond.name }));
}

/**
 * Two bonds meet in one channel group: it belongs to the one whose lower-named cable leads there. Cables are swapped far more
 * often among the second NICs, and whichever is named, both ends stand in the sentence.
 */
function ownsGroup(own: PartnerSeen, partners: readonly PartnerSeen[], other: PartnerSeen): boolean {
  const first = (seen: PartnerSeen): string =>
    partners
      .filter(({ node, bond }) => node === seen.node && bond === seen.bond)
      .map(({ member }) => member)
      .toSorted()[0] ?? seen.member;
  const ownIsFirst = first(own) === own.member;
  const otherIsFirst = first(other) === other.member;
  return ownIsFirst && !otherIsFirst;
}

/** Flows lost altogether, over all paths of this node in this network. */
function deadFlows(report: NodeNetworkReport, plan: NetworkPlan): { dead: number; flows: number } {
  const paths = report.networks.find(({ id }) => id === plan.id)?.paths ?? [];
  const alive = paths.filter((path) => path.flows.some(({ received }) => received > 0));
  const flows = alive.flatMap((path) => path.flows);
  return { dead: flows.filter(({ received }) => received === 0).length, flows: flows.length };
}
