import type { NodeNetworkReport, ProbedPath } from "@/contract/net-probe";
import type { NetworkId } from "@/contract/network-plan";
import type { Observed } from "@/contract/observed";
import type { SayingFact } from "@/contract/sentence";

/** What is wrong in a network, most likely cause first. Codes are stored: retired, never renamed. Texts: messages/*, network.finding.CODE. */
export const networkFindingCodes = [
  "cable-out",
  "all-cables-out",
  "nic-missing",
  "port-without-lacp",
  "ports-without-lacp",
  "static-channel",
  "cable-swapped",
  "two-switches",
  "lacp-negotiating",
  "lacp-rate-mismatch",
  "flapping",
  "duplicate-address",
  "duplicate-mac",
  "wrong-vlan",
  "vlan-not-carried",
  "one-cable-silent",
  "pair-unreachable",
  "mtu-node",
  "mtu-pair",
  "mtu-one-cable",
  "mtu-not-set",
  "loss",
  "firewall",
  "gateway-silent",
  "node-silent",
] as const;
export type NetworkFindingCode = (typeof networkFindingCodes)[number];

/** In the holder's place when an address answers from a machine that is no node. Stored in findings: never reworded. */
export const outsideCluster = "a machine outside this cluster";

export interface NetworkFinding {
  code: NetworkFindingCode;
  /** error: the change is not kept, the dashboard turns red. warning: works, without what it was built for. advice: could be better. */
  severity: "error" | "warning" | "advice";
  network: NetworkId | null;
  /** Nodes it is about; two for a pair. */
  nodes: string[];
  /** NIC or bond at `nodes[0]`, when one is to blame. */
  device: string | null;
  /** For the message: every finding carries `network`, `node`, and where it has them `peer`, `device`. */
  params: Record<string, SayingFact>;
  /** The sentence in English, for logs and the journal. */
  text: string;
}

/** What one look at all nodes gave. `reports` has every node of the cluster; an unknown one says why. */
export interface NetworkCheck {
  at: string;
  /** cheap: the networks' own addresses only, one flow per pair. */
  depth: "cheap" | "full";
  seconds: number;
  reports: Record<string, Observed<NodeNetworkReport>>;
  findings: NetworkFinding[];
}

/** What is known of a cluster's paths: the standing check's last look, and the last one a person asked for. */
export interface NetworkChecks {
  readonly standing: NetworkCheck | null;
  readonly full: NetworkCheck | null;
  readonly running: NetworkCheck["depth"] | null;
  /** How often the standing check looks. */
  readonly everySeconds: number;
}

/** A standing check that was missed so often has stopped: its last result is no news of now. */
export const missedChecksUntilStale = 3;

/** The one that was made last. */
export function newestCheck({ standing, full }: Pick<NetworkChecks, "standing" | "full">): NetworkCheck | null {
  if (standing === null || full === null) return standing ?? full;
  return Date.parse(full.at) > Date.parse(standing.at) ? full : standing;
}

/** One field of the matrix: row → column. */
export interface MatrixCell {
  from: string;
  to: string;
  state: "good" | "partly" | "mtu" | "dead" | "unknown";
  rttMs: number | null;
  lossPercent: number | null;
  largestMtu: number | null;
  /** Flows that lost every datagram, of all flows tried. */
  deadFlows: number;
  flows: number;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

export const pathState = (path: ProbedPath): MatrixCell["state"] => {
  const alive = path.flows.filter(({ received }) => received > 0);
  if (path.flows.length === 0) return "unknown";
  if (alive.length === 0) return "dead";
  if (alive.length < path.flows.length) return "partly";
  const full = path.flows.filter(({ fullSent }) => fullSent > 0);
  if (full.some(({ fullReceived }) => fullReceived === 0)) return "mtu";
  return path.flows.some(({ sent, received }) => received < sent) ? "partly" : "good";
};

/** All ordered pairs of one network, in the order of `nodes`. */
export function matrixOf(check: NetworkCheck, network: NetworkId, nodes: readonly string[]): MatrixCell[] {
  return nodes.flatMap((from) =>
    nodes.filter((to) => to !== from).map((to) => cellOf(check.reports[from], network, from, to)),
  );
}

function cellOf(
  report: NetworkCheck["reports"][string] | undefined,
  network: NetworkId,
  from: string,
  to: string,
): MatrixCell {
  const path = report?.state === "known" ? pathOf(report.value, network, to) : null;
  if (path === null)
    return { from, to, state: "unknown", rttMs: null, lossPercent: null, largestMtu: null, deadFlows: 0, flows: 0 };
  const sent = sum(path.flows.map((flow) => flow.sent));
  const received = sum(path.flows.map((flow) => flow.received));
  return {
    from,
    to,
    state: pathState(path),
    rttMs: path.rttMs?.average ?? null,
    lossPercent: sent === 0 ? null : Math.round(((sent - received) / sent) * 100),
    largestMtu: path.largestMtu,
    deadFlows: path.flows.filter((flow) => flow.received === 0).length,
    flows: path.flows.length,
  };
}

export const pathOf = (report: NodeNetworkReport, network: NetworkId, to: string): ProbedPath | null =>
  report.networks.find(({ id }) => id === network)?.paths.find((path) => path.to === to) ?? null;
