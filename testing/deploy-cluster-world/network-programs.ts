import { type NetApplyResult, netApplySchema, type NetDecision, type NodeNetwork } from "@/contract/net-apply";
import type { MemoryNode, ScriptedAnswer } from "@/testing/conformance/memory-world";
import type { Program } from "@/testing/deploy-cluster-world/deploy-world";

const networksFile = "/etc/networks-of-this-node.json";
export const pendingFile = "/var/lib/zsha-network/pending.json";
const undoneFile = "/var/lib/zsha-network/undone.json";

export function netApply(node: MemoryNode, stdin: string): ScriptedAnswer {
  const { networks, plan, rollbackSeconds } = netApplySchema.parse(JSON.parse(stdin));
  const before = node.files.get(networksFile) ?? null;
  const after = JSON.stringify(networks);
  const changed = before !== after;
  if (changed && !plan) {
    if (node.files.has(pendingFile))
      return { code: 1, stderr: "an earlier network change is neither confirmed nor undone\n" };
    node.files.set(pendingFile, JSON.stringify({ before }));
    node.files.set(networksFile, after);
  }
  if (!plan) node.files.delete(undoneFile);
  const rollback = changed && !plan ? { armed: true, seconds: rollbackSeconds, unit: "zsha-net-rollback.timer" } : null;
  const files = changed ? [{ path: networksFile, before, after }] : [];
  const result: NetApplyResult = { stack: "networkd", changed, files, commands: [], devices: [], rollback };
  return { code: 0, stdout: `changed\n${JSON.stringify(result)}\n` };
}

const decided = (outcome: NetDecision["outcome"]): ScriptedAnswer => ({
  code: outcome === "too-late" ? 1 : 0,
  stdout: `${JSON.stringify({ outcome })}\n`,
});

export function netCommit(node: MemoryNode): ScriptedAnswer {
  if (node.files.delete(pendingFile)) return decided("committed");
  return decided(node.files.has(undoneFile) ? "too-late" : "nothing-pending");
}

/** By command, and by the timer of a node that nobody told to keep the change. */
export function netRollback(node: MemoryNode): ScriptedAnswer {
  const pending = node.files.get(pendingFile);
  if (pending === undefined) return decided("nothing-pending");
  const { before } = JSON.parse(pending) as { before: string | null };
  if (before === null) node.files.delete(networksFile);
  else node.files.set(networksFile, before);
  node.files.set(undoneFile, "undone");
  node.files.delete(pendingFile);
  return decided("rolled-back");
}

const networksOf = (node: MemoryNode): NodeNetwork[] =>
  JSON.parse(node.files.get(networksFile) ?? "[]") as NodeNetwork[];

/** Answered when both ends have the network that carries the address. */
export const ping: Program = (world, node, argv) => {
  const ip = argv.at(-1) ?? "";
  const target = [...world.memory.nodes.values()].flatMap(networksOf).find((network) => network.ip === ip);
  const own = networksOf(node).find(({ id }) => id === target?.id);
  return { code: target !== undefined && own !== undefined ? 0 : 1 };
};
