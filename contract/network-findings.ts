import { judgeBond } from "@/contract/bond-verdict";
import { bondFindings, partnersOf } from "@/contract/bond-findings";
import type { NodeNetworkReport } from "@/contract/net-probe";
import { type NetworkFinding, outsideCluster } from "@/contract/network-check";
import { findingMaker, type MakeFinding } from "@/contract/network-finding";
import { pairFindings } from "@/contract/pair-findings";
import { networkDevice, type NetworkPlan } from "@/contract/network-plan";
import type { Observed } from "@/contract/observed";

export interface Diagnosed {
  plans: readonly NetworkPlan[];
  reports: Readonly<Record<string, Observed<NodeNetworkReport>>>;
  /** The look before this one, for what only shows over time. */
  earlier?: { reports: Readonly<Record<string, Observed<NodeNetworkReport>>>; secondsAgo: number } | null;
}

/** Three changes are more than one cable pulled and put back: two of them, or one that does not stay. */
const flappingChanges = 3;

/**
 * From what every node saw to what is wrong and why. Causes come before consequences, and a consequence whose cause was
 * found is left out: whoever reads the first line should go to the right cable.
 */
export function diagnoseNetworks(seen: Diagnosed): NetworkFinding[] {
  const reports = knownReports(seen.reports);
  const silent = Object.entries(seen.reports).flatMap(([node, report]) =>
    report.state === "known"
      ? []
      : [findingMaker(null)("node-silent", "error", [node], null, { reason: report.reason })],
  );
  const partners = partnersOf(reports);
  const perNetwork = seen.plans.flatMap((plan) => {
    const make = findingMaker(plan.id);
    const onNodes = reports.map((report) => ({ report, found: nodeFindings(plan, report, seen, make) }));
    const ofBonds = bondFindings(plan, reports, partners, make);
    const own = withoutFlapping([...onNodes.flatMap(({ found }) => found), ...ofBonds]);
    return [...own, ...pairFindings(plan, reports, own, make)];
  });
  return bySeverity([...silent, ...duplicateMacs(reports), ...perNetwork]);
}

/** What a link that comes and goes looks like at one moment or another. */
const seenOfFlapping = new Set<NetworkFinding["code"]>([
  "cable-out",
  "port-without-lacp",
  "two-switches",
  "lacp-negotiating",
]);
function withoutFlapping(findings: readonly NetworkFinding[]): NetworkFinding[] {
  const isFlapping = ({ nodes: [node], device }: NetworkFinding): boolean =>
    findings.some((one) => one.code === "flapping" && one.nodes[0] === node && one.device === device);
  return findings.filter((finding) => !seenOfFlapping.has(finding.code) || !isFlapping(finding));
}

export const worstSeverity = (findings: readonly NetworkFinding[]): NetworkFinding["severity"] | null =>
  findings.reduce<NetworkFinding["severity"] | null>(
    (worst, { severity }) => (worst === null || order[severity] < order[worst] ? severity : worst),
    null,
  );

const order = { error: 0, warning: 1, advice: 2 } as const;
const bySeverity = (findings: readonly NetworkFinding[]): NetworkFinding[] =>
  findings.toSorted((a, b) => order[a.severity] - order[b.severity]);

const knownReports = (reports: Diagnosed["reports"]): NodeNetworkReport[] =>
  Object.values(reports).flatMap((report) => (report.state === "known" ? [report.value] : []));

function nodeFindings(
  plan: NetworkPlan,
  report: NodeNetworkReport,
  seen: Diagnosed,
  make: MakeFinding,
): NetworkFinding[] {
  const on = plan.onNodes.find(({ node }) => node === report.node);
  const network = report.networks.find(({ id }) => id === plan.id);
  if (on === undefined || network === undefined) return [];
  const nodes = [report.node];
  const missing = on.nics.filter((nic) => !report.links.some(({ name }) => name === nic));
  const findings = missing.map((nic) => make("nic-missing", "error", nodes, nic, {}));
  findings.push(
    ...cablesOut(
      plan,
      report,
      on.nics.filter((nic) => !missing.includes(nic)),
      make,
    ),
  );
  findings.push(...flapping(report, on.nics, seen, make));
  const device = networkDevice(plan, report.node) ?? network.device;
  if (!report.links.some(({ name }) => name === device) && !on.nics.includes(device))
    findings.push(make("nic-missing", "error", nodes, device, {}));
  const mtu = report.links.find(({ name }) => name === device)?.mtu;
  if (mtu !== undefined && mtu < plan.mtu)
    findings.push(make("mtu-not-set", "error", nodes, device, { mtu: plan.mtu, largest: mtu }));
  for (const mac of network.addressAlsoAt)
    findings.push(
      make("duplicate-address", "error", nodes, device, { ip: network.ip ?? "", mac, holder: holderOf(mac, seen) }),
    );
  if (network.gatewayAnswers === false && plan.gateway !== null)
    // The storage network's gateway of the manual is often nobody's: nothing is routed there.
    findings.push(
      make("gateway-silent", plan.id === "management" ? "error" : "warning", nodes, device, { gateway: plan.gateway }),
    );
  return findings;
}

function cablesOut(
  plan: NetworkPlan,
  report: NodeNetworkReport,
  nics: readonly string[],
  make: MakeFinding,
): NetworkFinding[] {
  const bond = report.bonds.find(({ name }) => name === plan.bond);
  const noLink = bond === undefined ? [] : judgeBond(bond).members.filter(({ verdict }) => verdict === "no-link");
  const out = nics.filter(
    (nic) =>
      noLink.some(({ name }) => name === nic) || report.links.some(({ name, carrier }) => name === nic && !carrier),
  );
  if (out.length === 0) return [];
  if (out.length === nics.length)
    return [make("all-cables-out", "error", [report.node], out.join(" and "), { devices: out.join(", ") })];
  return out.map((nic) => make("cable-out", "warning", [report.node], nic, { bond: plan.bond ?? nic }));
}

function flapping(
  report: NodeNetworkReport,
  nics: readonly string[],
  seen: Diagnosed,
  make: MakeFinding,
): NetworkFinding[] {
  const before = seen.earlier?.reports[report.node];
  if (before?.state !== "known" || before.value.bootId !== report.bootId) return [];
  return nics.flatMap((nic) => {
    const changes = (of: NodeNetworkReport): number | null =>
      of.links.find(({ name }) => name === nic)?.carrierChanges ?? null;
    const [now, then] = [changes(report), changes(before.value)];
    const count = now === null || then === null ? 0 : now - then;
    if (count < flappingChanges) return [];
    return [
      make("flapping", "warning", [report.node], nic, { count, seconds: Math.round(seen.earlier?.secondsAgo ?? 0) }),
    ];
  });
}

function duplicateMacs(reports: readonly NodeNetworkReport[]): NetworkFinding[] {
  const make = findingMaker(null);
  const physical = reports.flatMap((report) =>
    report.links
      .filter(({ kind, permanentMac }) => permanentMac !== null || kind === "" || kind === "veth")
      .map((link) => ({ node: report.node, device: link.name, mac: link.permanentMac ?? link.mac }))
      .filter(({ mac }) => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) && mac !== "00:00:00:00:00:00"),
  );
  return physical.flatMap((one, at) =>
    physical
      .slice(at + 1)
      .filter((other) => other.node !== one.node && other.mac === one.mac)
      .map((other) =>
        make("duplicate-mac", "error", [one.node, other.node], one.device, {
          mac: one.mac,
          otherNode: other.node,
          otherDevice: other.device,
        }),
      ),
  );
}

/** Whose NIC it is, when one of the nodes has it. */
function holderOf(mac: string, seen: Diagnosed): string {
  const holder = knownReports(seen.reports).find((report) => report.links.some((link) => link.mac === mac));
  return holder?.node ?? outsideCluster;
}
