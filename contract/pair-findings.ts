import { judgeBond } from "@/contract/bond-verdict";
import { type NodeNetworkReport, type ProbedFlow, type ProbedPath, probePort } from "@/contract/net-probe";
import { type NetworkFinding, pathOf } from "@/contract/network-check";
import type { MakeFinding } from "@/contract/network-finding";
import { networkDevice, type NetworkPlan } from "@/contract/network-plan";

/** Causes after which lost flows of this node need no cause of their own. */
const explainsLostFlows = new Set<NetworkFinding["code"]>([
  "port-without-lacp",
  "ports-without-lacp",
  "static-channel",
  "cable-swapped",
  "two-switches",
  "lacp-negotiating",
  "flapping",
]);
const explainsSilence = new Set<NetworkFinding["code"]>(["all-cables-out", "nic-missing", "duplicate-address"]);
/** All of a pair's ARP answers may take the cable that is not listened on. */
const explainsDeadPair = new Set<NetworkFinding["code"]>(["static-channel", "cable-swapped"]);
/** When no cable of the bond carries frames. */
const explainsSilenceOfAll = new Set<NetworkFinding["code"]>(["lacp-negotiating"]);
const explainsMtu = new Set<NetworkFinding["code"]>(["mtu-not-set"]);
/** Less is a hiccup of a busy node; one lost datagram of a few dozen must not turn a dashboard yellow. */
const lossPercentMin = 5;

interface Pair {
  nodes: readonly [string, string];
  paths: readonly ProbedPath[];
  flows: readonly ProbedFlow[];
}

/** What the paths say, once the causes seen on a single node are known. */
export function pairFindings(
  plan: NetworkPlan,
  reports: readonly NodeNetworkReport[],
  known: readonly NetworkFinding[],
  make: MakeFinding,
): NetworkFinding[] {
  const isTalkingOnly = (node: string): boolean => {
    const bond = reports.find((report) => report.node === node)?.bonds.find(({ name }) => name === plan.bond);
    return bond !== undefined && judgeBond(bond).carrying === 0;
  };
  const isExplained = (node: string, by: ReadonlySet<NetworkFinding["code"]>): boolean =>
    known.some((finding) => by.has(finding.code) && finding.nodes.includes(node));
  const all = pairsOf(plan, reports);
  const device = (node: string): string => networkDevice(plan, node) ?? "";
  const at = ([node, peer]: readonly string[]): string | null =>
    node === undefined || peer !== undefined ? null : device(node);
  /** Where no single node can be blamed, the pair stands in the place of the device. */
  const between = ([, peer]: readonly string[]): NetworkFinding["params"] =>
    peer === undefined ? {} : { device: `↔ ${peer}` };

  const isSilent = (node: string): boolean =>
    isExplained(node, explainsSilence) || (isTalkingOnly(node) && isExplained(node, explainsSilenceOfAll));
  const talkable = all.filter((pair) => !pair.nodes.some((node) => isSilent(node)));
  const dead = talkable.filter(isDead);
  const filtered = dead.filter(({ paths }) => paths.some(({ answersPing }) => answersPing === true));
  const cut = dead.filter(
    (pair) => !filtered.includes(pair) && !pair.nodes.some((node) => isExplained(node, explainsDeadPair)),
  );
  const findings = filtered.map((pair) => make("firewall", "error", pair.nodes, null, { port: probePort }));
  const cutOff = blame(cut, talkable);
  const alone = plan.vlan === undefined ? "wrong-vlan" : "vlan-not-carried";
  const tag = plan.vlan === undefined ? {} : { vlan: plan.vlan };
  findings.push(...cutOff.nodes.map((node) => make(alone, "error", [node], device(node), tag)));
  findings.push(...cutOff.pairs.map((pair) => make("pair-unreachable", "error", pair.nodes, null, {})));

  const alive = talkable.filter((pair) => !isDead(pair));
  const partly = alive.filter(
    (pair) => lostFlows(pair) > 0 && !pair.nodes.some((node) => isExplained(node, explainsLostFlows)),
  );
  findings.push(
    ...blamed(partly, alive, (nodes, pairs) =>
      make("one-cable-silent", "error", nodes, at(nodes), { ...between(nodes), ...flowsOf(pairs, lostFlows) }),
    ),
  );

  const measured = alive.filter(
    // Where flows are lost altogether, large packets are lost with them.
    (pair) => lostFlows(pair) === 0 && !pair.nodes.some((node) => isExplained(node, explainsMtu)),
  );
  const none = measured.filter((pair) => cutFlows(pair) > 0 && cutFlows(pair) === aliveFlows(pair));
  const some = measured.filter((pair) => cutFlows(pair) > 0 && !none.includes(pair));
  const sizes = (pairs: readonly Pair[]): NetworkFinding["params"] => ({ mtu: plan.mtu, largest: largest(pairs) });
  const small = blame(none, measured);
  findings.push(...small.nodes.map((node) => make("mtu-node", "error", [node], device(node), sizes(of(node, none)))));
  findings.push(...small.pairs.map((pair) => make("mtu-pair", "error", pair.nodes, null, sizes([pair]))));
  findings.push(
    ...blamed(some, measured, (nodes, pairs) =>
      make("mtu-one-cable", "error", nodes, at(nodes), {
        ...between(nodes),
        ...sizes(pairs),
        ...flowsOf(pairs, cutFlows),
      }),
    ),
  );
  const lossy = alive.filter(
    (pair) => !partly.includes(pair) && lostFlows(pair) === 0 && lossPercent(pair) >= lossPercentMin,
  );
  findings.push(...lossy.map((pair) => make("loss", "warning", pair.nodes, null, { percent: lossPercent(pair) })));
  return findings;
}

function pairsOf(plan: NetworkPlan, reports: readonly NodeNetworkReport[]): Pair[] {
  return reports.flatMap((one, at) =>
    reports.slice(at + 1).flatMap((other) => {
      const paths = [pathOf(one, plan.id, other.node), pathOf(other, plan.id, one.node)].filter(
        (path) => path !== null,
      );
      const flows = paths.flatMap((path) => path.flows);
      return flows.length === 0 ? [] : [{ nodes: [one.node, other.node] as const, paths, flows }];
    }),
  );
}

/** No answer to anybody in at least one direction: half a path carries no conversation. */
const isDead = ({ paths }: Pair): boolean => paths.some((path) => path.flows.every(({ received }) => received === 0));
const lostFlows = ({ flows }: Pair): number => flows.filter(({ received }) => received === 0).length;
const aliveFlows = ({ flows }: Pair): number =>
  flows.filter(({ received, fullSent }) => received > 0 && fullSent > 0).length;
const cutFlows = ({ flows }: Pair): number =>
  flows.filter(({ received, fullSent, fullReceived }) => received > 0 && fullSent > 0 && fullReceived === 0).length;
const largest = (pairs: readonly Pair[]): number =>
  Math.min(...pairs.flatMap(({ paths }) => paths.map(({ largestMtu }) => largestMtu ?? 0)));
const of = (node: string, pairs: readonly Pair[]): Pair[] => pairs.filter((pair) => pair.nodes.includes(node));

function lossPercent({ flows }: Pair): number {
  const sent = flows.reduce((all, flow) => all + flow.sent, 0);
  const received = flows.reduce((all, flow) => all + flow.received, 0);
  return sent === 0 ? 0 : Math.round(((sent - received) / sent) * 100);
}

const flowsOf = (pairs: readonly Pair[], lost: (pair: Pair) => number): { dead: number; flows: number } => ({
  dead: pairs.reduce((all, pair) => all + lost(pair), 0),
  flows: pairs.reduce((all, pair) => all + pair.flows.length, 0),
});

/**
 * Whose fault the bad pairs are: a node all of whose pairs are bad, while some pair without it is good. When every pair is bad,
 * or bad pairs have no node in common, nobody can be told from his neighbour and the pairs themselves are named.
 */
function blame(bad: readonly Pair[], all: readonly Pair[]): { nodes: string[]; pairs: Pair[] } {
  const names = [...new Set(all.flatMap(({ nodes }) => nodes))];
  const isBad = (pair: Pair): boolean => bad.includes(pair);
  const suspects = names.filter((node) => of(node, all).length > 0 && of(node, all).every(isBad));
  const nodes = names.length - suspects.length >= 2 ? suspects : [];
  return { nodes, pairs: bad.filter((pair) => !pair.nodes.some((node) => nodes.includes(node))) };
}

const blamed = (
  bad: readonly Pair[],
  all: readonly Pair[],
  make: (nodes: readonly string[], pairs: readonly Pair[]) => NetworkFinding,
): NetworkFinding[] => {
  const { nodes, pairs } = blame(bad, all);
  return [...nodes.map((node) => make([node], of(node, bad))), ...pairs.map((pair) => make(pair.nodes, [pair]))];
};
