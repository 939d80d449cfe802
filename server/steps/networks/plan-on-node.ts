import { AppError } from "@/contract/errors";
import { type NetApply, type NetApplyResult, netApplyResultSchema, netApplySchema } from "@/contract/net-apply";
import type { NetworkPlan } from "@/contract/network-plan";
import { say } from "@/contract/sentence";
import type { RemoteHost } from "@/server/ports/remote-host";
import { lastJson } from "@/server/steps/networks/ask-nodes";
import { planInput } from "@/server/steps/networks/network-wish";
import { isGuardWaiting, sayToGuard, startWaitingGuard } from "@/server/steps/networks/say-to-guard";
import { applyCommand } from "@/server/steps/networks/see-networks";

/** A program's start and a look at the files: a second on a server, half a minute on a busy emulated node. */
const planTimeoutMs = 60_000;

/**
 * The exact files and commands on one node; nothing is changed. It is the node's guard that tells them, and it stays for as long as
 * one reads: applying them then starts no program. Where no guard can be started, a command tells them and ends.
 */
export async function planOnNode(host: RemoteHost, networks: readonly NetworkPlan[]): Promise<NetApplyResult> {
  const stdin = planInput({ nodes: [], networks, rollbackSeconds: 120 }, host.node);
  const input: NetApply = netApplySchema.parse(JSON.parse(stdin));
  const options = { timeoutMs: planTimeoutMs, signal: AbortSignal.timeout(planTimeoutMs) };
  if ((await isGuardWaiting(host, options.signal)) || (await startWaitingGuard(host, options.signal))) {
    const heard = await sayToGuard(host, { do: "plan", input }, options);
    if (heard !== null && heard !== "lost" && "error" in heard) throw refused(host.node, heard.error.detail);
    if (heard !== null && heard !== "lost" && heard.answer.planned !== null) return heard.answer.planned;
  }
  const answer = await host.exec(applyCommand, { timeoutMs: planTimeoutMs, stdin });
  if (answer.kind !== "exited" || answer.code !== 0)
    throw refused(host.node, answer.stderr.trim().split("\n")[0] ?? "");
  return netApplyResultSchema.parse(lastJson(answer.stdout));
}

const refused = (node: string, said: string): AppError =>
  new AppError("command-failed", say("networks-refused", { node, said }), { facts: { node, said } });
