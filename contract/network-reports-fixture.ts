import type { BondFacts, BondMember } from "@/contract/bond-facts";
import type { NodeNetworkReport, ProbedFlow, ProbedPath } from "@/contract/net-probe";
import type { NetworkPlan } from "@/contract/network-plan";
import { known } from "@/contract/observed";
import type { Diagnosed } from "@/contract/network-findings";

export const nodes = ["ceph-1", "ceph-2", "ceph-3"];
const place = (node: string): number => nodes.indexOf(node) + 1;
export const at = "2026-11-22T16:00:00.000Z";

export const storagePlan: NetworkPlan = {
  id: "storage",
  link: "bond-lacp",
  bond: "bond0",
  bridge: true,
  mtu: 9000,
  prefixLength: 24,
  gateway: null,
  onNodes: nodes.map((node) => ({ node, nics: ["p5p1", "p5p2"], ip: `192.168.93.${2 + place(node)}` })),
};

const member = (name: string, node: string, more: Partial<BondMember> = {}): BondMember => ({
  name,
  miiUp: true,
  speedMbps: 10_000,
  linkFailures: 0,
  permanentMac: `02:00:00:00:0${place(node)}:0${name.at(-1)}`,
  aggregatorId: 1,
  actorState: 61,
  partnerState: 61,
  partnerMac: `62:14:a3:00:00:0${place(node)}`,
  partnerKey: 15,
  partnerPort: Number(name.at(-1)),
  churned: false,
  ...more,
});

const goodFlow = (flow: number): ProbedFlow => ({ flow, sent: 5, received: 5, fullSent: 2, fullReceived: 2 });
const goodPath = (to: string): ProbedPath => ({
  to,
  toIp: `192.168.93.${2 + place(to)}`,
  flows: Array.from({ length: 8 }, (_, flow) => goodFlow(flow)),
  rttMs: { min: 0.1, average: 0.2, max: 0.3 },
  largestMtu: 9000,
  answersPing: null,
  neighbourMac: null,
});

const link = (name: string, more: Partial<NodeNetworkReport["links"][number]>): NodeNetworkReport["links"][number] => ({
  name,
  mac: "02:00:00:00:00:00",
  permanentMac: null,
  kind: "",
  mtu: 9000,
  up: true,
  carrier: true,
  carrierChanges: 2,
  speedMbps: 10_000,
  driver: "ixgbe",
  master: null,
  addresses: [],
  ...more,
});

const bondOf = (node: string): BondFacts => ({
  name: "bond0",
  mode: "lacp",
  modeText: "IEEE 802.3ad Dynamic link aggregation",
  miiUp: true,
  hashPolicy: "layer2+3",
  lacpRate: "slow",
  activeAggregatorId: 1,
  partnerMac: `62:14:a3:00:00:0${place(node)}`,
  activeMember: null,
  members: [member("p5p1", node), member("p5p2", node)],
});

const reportOf = (node: string): NodeNetworkReport => ({
  protocol: 1,
  node,
  bootId: `boot-${node}`,
  links: [
    ...["p5p1", "p5p2"].map((name) =>
      link(name, { permanentMac: `02:00:00:00:0${place(node)}:0${name.at(-1)}`, master: "bond0" }),
    ),
    link("bond0", { kind: "bond", master: "br_bond0" }),
    link("br_bond0", { kind: "bridge", addresses: [`192.168.93.${2 + place(node)}/24`] }),
  ],
  bonds: [bondOf(node)],
  lldp: [],
  networks: [
    {
      id: "storage",
      device: "br_bond0",
      ip: `192.168.93.${2 + place(node)}`,
      mtu: 9000,
      gatewayAnswers: null,
      addressAlsoAt: [],
      paths: nodes.filter((other) => other !== node).map(goodPath),
    },
  ],
  seconds: 1,
});

/** Three nodes whose storage network is as it should be. A test breaks one thing and asks what is said about it. */
export class ReportsFixture {
  readonly reports = new Map(nodes.map((node) => [node, reportOf(node)]));
  readonly silent = new Map<string, string>();

  report(node: string): NodeNetworkReport {
    const found = this.reports.get(node);
    if (found === undefined) throw new Error(`no node ${node}`);
    return found;
  }

  bond(node: string): BondFacts {
    const [bond] = this.report(node).bonds;
    if (bond === undefined) throw new Error(`${node} has no bond`);
    return bond;
  }

  member(node: string, nic: string, change: Partial<BondMember>): void {
    const bond = this.bond(node);
    bond.members = bond.members.map((one) => (one.name === nic ? { ...one, ...change } : one));
  }

  link(node: string, name: string, change: Partial<NodeNetworkReport["links"][number]>): void {
    const report = this.report(node);
    report.links = report.links.map((one) => (one.name === name ? { ...one, ...change } : one));
  }

  pull(node: string, nic: string): void {
    this.member(node, nic, { miiUp: false, aggregatorId: 2, actorState: 69, partnerState: 1 });
    this.link(node, nic, { carrier: false, carrierChanges: 3 });
  }

  /** Changes the flows of every path between `node` and `peers`, both ways. */
  flows(node: string, change: (flow: ProbedFlow, path: ProbedPath) => ProbedFlow, peers = nodes): void {
    for (const [name, report] of this.reports)
      for (const network of report.networks)
        network.paths = network.paths.map((path) => {
          const isMeant = (name === node && peers.includes(path.to)) || (path.to === node && peers.includes(name));
          return isMeant ? { ...path, flows: path.flows.map((flow) => change(flow, path)) } : path;
        });
  }

  diagnosed(more: Partial<Diagnosed> = {}): Diagnosed {
    const reports: Record<string, Diagnosed["reports"][string]> = {};
    for (const [node, report] of this.reports) {
      const reason = this.silent.get(node);
      reports[node] = reason === undefined ? known(report, at) : { state: "unknown", at, reason };
    }
    return { plans: [storagePlan], reports, ...more };
  }
}
