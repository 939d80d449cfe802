import { randomBytes } from "node:crypto";
import { diagnoseNetworks, type Diagnosed } from "@/contract/network-findings";
import {
  type NetProbe,
  netProbeSchema,
  type NodeNetworkReport,
  nodeNetworkReportSchema,
  probeFlows,
} from "@/contract/net-probe";
import type { NetworkCheck } from "@/contract/network-check";
import { networkDevice, type NetworkPlan } from "@/contract/network-plan";
import { suitePaths } from "@/contract/node-setup";
import { known, unknown } from "@/contract/observed";
import type { CommandResult, RemoteHost } from "@/server/ports/remote-host";

export const probeCommand = [suitePaths.executable, "net-probe", "--json", "-"];
/** Nodes start within a second or two of each other, busy ones within ten; a peer that is heard nowhere is given up after this. */
const windowMs = 12_000;
/** The window, a busy node's own start, and with all flows the search for the largest packet. Longer: a hung node holds up the page. */
const commandTimeoutMs = { cheap: 45_000, full: 90_000 } as const;

/** A node's report by a program that runs there already; null where there is none. */
export type ProbeNode = (node: string, probe: NetProbe, timeoutMs: number) => Promise<NodeNetworkReport | null>;

export interface MeasureOptions {
  depth: NetworkCheck["depth"];
  nowIso: () => string;
  signal: AbortSignal;
  earlier?: Diagnosed["earlier"];
  /** Ask by ARP whether anybody else has the nodes' addresses; by itself only with all flows. */
  checkDuplicates?: boolean;
  probeNode?: ProbeNode | null;
  /** What each node is told to test, where it was told so before. */
  probes?: (node: string) => NetProbe;
}

/** All nodes test their paths at the same time. Takes two seconds when all is well, whatever their number. */
export async function measureNetworks(
  hosts: readonly RemoteHost[],
  plans: readonly NetworkPlan[],
  options: MeasureOptions,
): Promise<NetworkCheck> {
  const began = performance.now();
  const nodes = hosts.map(({ node }) => node);
  const probes = options.probes ?? probesOf(nodes, plans, options);
  const answers = await Promise.all(
    hosts.map(async (host) => [host.node, await measureOn(host, probes(host.node), options)] as const),
  );
  const reports = Object.fromEntries(answers);
  return {
    at: options.nowIso(),
    depth: options.depth,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    reports,
    findings: diagnoseNetworks({ plans, reports, earlier: options.earlier ?? null }),
  };
}

/** What each node is told to test. Cheap: the networks' own addresses only. */
export function probesOf(
  nodes: readonly string[],
  plans: readonly NetworkPlan[],
  { depth, checkDuplicates = depth === "full" }: Pick<MeasureOptions, "depth" | "checkDuplicates">,
): (node: string) => NetProbe {
  const token = randomBytes(8).toString("hex");
  const isFull = depth === "full";
  return (node) => ({
    protocol: 1,
    node,
    nodes: [...nodes],
    token,
    flows: isFull ? probeFlows : 1,
    windowMs,
    checkDuplicates,
    networks: plans.flatMap((plan) => {
      const device = networkDevice(plan, node);
      const ip = plan.onNodes.find((entry) => entry.node === node)?.ip ?? null;
      if (device === null || (ip === null && !isFull)) return [];
      const peers = plan.onNodes
        .filter((entry) => entry.node !== node && nodes.includes(entry.node))
        .map((entry) => ({ node: entry.node, ip: entry.ip }));
      return [{ id: plan.id, device, ip, mtu: plan.mtu, gateway: isFull ? plan.gateway : null, peers }];
    }),
  });
}

async function measureOn(
  host: RemoteHost,
  probe: NetProbe,
  { nowIso, signal, depth, probeNode = null }: MeasureOptions,
): Promise<NetworkCheck["reports"][string]> {
  try {
    const timeoutMs = commandTimeoutMs[depth];
    const report = probeNode === null ? null : await probeNode(host.node, probe, timeoutMs);
    if (report !== null) return known(report, nowIso());
    const stdin = JSON.stringify(netProbeSchema.parse(probe));
    const result = await host.exec(probeCommand, { timeoutMs, stdin, signal });
    if (result.kind !== "exited" || result.code !== 0) return unknown(reasonOf(result), nowIso());
    return known(nodeNetworkReportSchema.parse(JSON.parse(result.stdout)), nowIso());
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error), nowIso());
  }
}

function reasonOf(result: CommandResult): string {
  const said = result.stderr.trim().split("\n").at(0) ?? "";
  const how = result.kind === "exited" ? `exit status ${result.code}` : result.kind;
  return said === "" ? how : `${how}: ${said}`;
}
