import {
  type NetApplyResult,
  netApplyResultSchema,
  netApplySchema,
  type NetDecision,
  type NodeNetwork,
} from "@/contract/net-apply";
import { type GuardAnswer, guardRequestSchema, guardSocket, type GuardTask } from "@/contract/net-guard";
import { type NetProbe, netProbeSchema, type NodeNetworkReport, type ProbedNetwork } from "@/contract/net-probe";
import type { MemoryNode, ScriptedAnswer } from "@/testing/conformance/memory-world";
import { productVersion } from "@/contract/version";
import type { DeployWorld, Program } from "@/testing/deploy-cluster-world/deploy-world";

export const networksFile = "/etc/networks-of-this-node.json";
export const pendingFile = "/var/lib/zsha-network/pending.json";
const settledFile = "/var/lib/zsha-network/settled.json";

interface Pending {
  change: string;
  before: string | null;
  after: string;
  isChanged: boolean;
}
const pendingOf = (node: MemoryNode): Pending | null =>
  JSON.parse(node.files.get(pendingFile) ?? "null") as Pending | null;
const keep = (node: MemoryNode, pending: Pending): void => void node.files.set(pendingFile, JSON.stringify(pending));

function put(node: MemoryNode, text: string | null): void {
  if (text === null) node.files.delete(networksFile);
  else node.files.set(networksFile, text);
}

const heardBy = (world: DeployWorld, node: MemoryNode, change: string): string[] =>
  [...world.memory.nodes.values()].flatMap((other) =>
    other !== node && pendingOf(other)?.change === change ? [other.name] : [],
  );

export function netApply(world: DeployWorld, node: MemoryNode, stdin: string): ScriptedAnswer {
  const { networks, plan, rollbackSeconds, change, step } = netApplySchema.parse(JSON.parse(stdin));
  const found = pendingOf(node);
  if (plan) return { code: 0, stdout: `changed\n${JSON.stringify(plannedBy(node, networks))}\n` };
  if (found !== null && found.change !== change?.id)
    return { code: 1, stderr: "an earlier network change is neither confirmed nor undone\n" };
  const before = found?.before ?? node.files.get(networksFile) ?? null;
  const after = JSON.stringify(networks);
  const changed = before !== after;
  const pending = found ?? { change: change?.id ?? "alone", before, after, isChanged: false };
  if (step === "change") {
    put(node, after);
    keep(node, { ...pending, isChanged: true });
  } else keep(node, pending);
  const heard = change === undefined ? [] : heardBy(world, node, change.id);
  const result: NetApplyResult = {
    stack: "networkd",
    changed,
    files: changed ? [{ path: networksFile, before, after }] : [],
    commands: [],
    devices: [],
    rollback: { armed: true, seconds: rollbackSeconds, unit: "zsha-net-rollback.timer" },
    heard,
  };
  return { code: 0, stdout: `changed\n${JSON.stringify(result)}\n` };
}

function plannedBy(node: MemoryNode, networks: readonly NodeNetwork[]): NetApplyResult {
  const before = node.files.get(networksFile) ?? null;
  const after = JSON.stringify(networks);
  const changed = before !== after;
  const files = changed ? [{ path: networksFile, before, after }] : [];
  return { stack: "networkd", changed, files, commands: [], devices: [], rollback: null, heard: [] };
}

const decided = (outcome: NetDecision["outcome"]): ScriptedAnswer => ({
  code: outcome === "too-late" ? 1 : 0,
  stdout: `${JSON.stringify({ outcome })}\n`,
});

/** What one node is told, all nodes of the change do: they decide together. */
function settle(world: DeployWorld, change: string, fate: "commit" | "abort"): void {
  for (const node of world.memory.nodes.values()) {
    const pending = pendingOf(node);
    if (pending?.change !== change) continue;
    if (fate === "abort" && pending.isChanged) put(node, pending.before);
    node.files.set(settledFile, fate);
    node.files.delete(pendingFile);
  }
}

export function netCommit(world: DeployWorld, node: MemoryNode): ScriptedAnswer {
  const pending = pendingOf(node);
  if (pending === null) return decided(node.files.get(settledFile) === "abort" ? "too-late" : "nothing-pending");
  settle(world, pending.change, "commit");
  return decided("committed");
}

/** By command, and when time is up and nobody has said to keep it. */
export function netRollback(world: DeployWorld, node: MemoryNode): ScriptedAnswer {
  const pending = pendingOf(node);
  if (pending === null) return decided("nothing-pending");
  settle(world, pending.change, "abort");
  return decided("rolled-back");
}

/** Nodes whose guard was started and has no change yet. */
const waiting = new WeakSet<MemoryNode>();

/** What starts a guard, where a world has it. */
export const systemdRun: Program = (_world, node, argv) => {
  if (argv.includes("net-guard")) waiting.add(node);
  return { code: 0 };
};

function waitingGuardSays(world: DeployWorld, node: MemoryNode, request: GuardTask): string {
  const said: Partial<GuardAnswer> = {};
  if (request.do === "leave" || request.do === "arm") waiting.delete(node);
  if (request.do === "plan") said.planned = plannedBy(node, request.input.networks);
  else if (request.do === "arm") {
    const { code, stdout = "", stderr = "" } = netApply(world, node, JSON.stringify(request.input));
    if (code !== 0) return JSON.stringify({ error: { code: "conflict", facts: {}, detail: stderr } });
    said.armed = netApplyResultSchema.parse(JSON.parse(stdout.split("\n")[1] ?? ""));
  } else if (request.do !== "greet" && request.do !== "leave")
    return JSON.stringify({ error: { code: "conflict", facts: {}, detail: "not armed" } });
  const phase = request.do === "arm" ? "armed" : "waiting";
  return JSON.stringify({ answer: { change: "", phase, fate: null, version: productVersion, ...said } });
}

/** The guard of an open change: what the commands do, without one being started. */
export function guardSays(world: DeployWorld, node: MemoryNode, socket: string, line: string): string | null {
  const pending = pendingOf(node);
  if (socket !== guardSocket) return null;
  const request = guardRequestSchema.parse(JSON.parse(line));
  if (pending === null) return waiting.has(node) ? waitingGuardSays(world, node, request) : null;
  const said: Partial<GuardAnswer> = {};
  const isOther = request.change !== undefined && request.change !== pending.change;
  if (isOther || request.do === "leave")
    return JSON.stringify({ error: { code: "conflict", facts: {}, detail: "another change" } });
  if (request.do === "change") {
    put(node, pending.after);
    keep(node, { ...pending, isChanged: true });
  } else if (request.do === "status") said.heard = heardBy(world, node, pending.change);
  else if (request.do === "plan") said.planned = plannedBy(node, request.input.networks);
  else if (request.do === "probe") said.report = reportOf(world, node, request.probe);
  else if (request.do === "decide") {
    settle(world, pending.change, request.prefer);
    said.decision = { outcome: request.prefer === "commit" ? "committed" : "rolled-back" };
  }
  const answer = { change: pending.change, phase: "changed", fate: null, ...said };
  return JSON.stringify({ answer });
}

const networksOf = (node: MemoryNode): NodeNetwork[] =>
  JSON.parse(node.files.get(networksFile) ?? "[]") as NodeNetwork[];

/** A pair passes when both ends have the network. */
export function netProbe(world: DeployWorld, node: MemoryNode, stdin: string): ScriptedAnswer {
  const report = reportOf(world, node, netProbeSchema.parse(JSON.parse(stdin)));
  return { code: 0, stdout: `${JSON.stringify(report)}\n` };
}

function reportOf(world: DeployWorld, node: MemoryNode, probe: NetProbe): NodeNetworkReport {
  const has = (name: string, { id }: ProbedNetwork): boolean =>
    networksOf(world.memory.node(name)).some((network) => network.id === id);
  const count = { sent: 5, fullSent: 3 };
  const report: NodeNetworkReport = {
    protocol: 1,
    node: node.name,
    bootId: "boot",
    links: probe.networks.map(({ device, mtu }) => link(device, mtu)),
    bonds: [],
    lldp: [],
    networks: probe.networks.map((network) => ({
      id: network.id,
      device: network.device,
      ip: network.ip,
      mtu: network.mtu,
      gatewayAnswers: network.gateway === null ? null : true,
      addressAlsoAt: [],
      paths: network.peers.map((peer) => {
        const passes = has(node.name, network) && has(peer.node, network);
        const counted = passes
          ? { ...count, received: 5, fullReceived: 3 }
          : { ...count, received: 0, fullReceived: 0 };
        return {
          to: peer.node,
          toIp: peer.ip,
          flows: Array.from({ length: probe.flows }, (_, flow) => ({ flow, ...counted })),
          rttMs: null,
          largestMtu: passes ? network.mtu : null,
          answersPing: passes ? null : false,
          neighbourMac: null,
        };
      }),
    })),
    seconds: 1,
  };
  for (const nic of networksOf(node).flatMap(({ nics, mtu }) => nics.map((name) => link(name, mtu))))
    if (!report.links.some(({ name }) => name === nic.name)) report.links.push(nic);
  return report;
}

const link = (name: string, mtu: number): NodeNetworkReport["links"][number] => ({
  name,
  mac: "",
  permanentMac: null,
  kind: "bridge",
  mtu,
  up: true,
  carrier: true,
  carrierChanges: null,
  speedMbps: null,
  driver: null,
  master: null,
  addresses: [],
});
