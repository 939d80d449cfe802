import { AppError } from "@/contract/errors";
import { type NetApply, type NetApplyResult, netApplySchema, type SharedChange } from "@/contract/net-apply";
import type { GuardAnswer, GuardRequest } from "@/contract/net-guard";
import { suitePaths } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import { compareVersions, parseVersionText } from "@/contract/suite-version";
import { productVersion } from "@/contract/version";
import { type NetworksContext, patiently } from "@/server/steps/networks/ask-nodes";
import { applyInput, type NetworkWish } from "@/server/steps/networks/network-wish";
import { isGuardWaiting, sayToGuard, startWaitingGuard } from "@/server/steps/networks/say-to-guard";

/** A guard answers its status within four seconds, deaf peers included. */
export const statusTimeoutMs = 20_000;
/** Reads what is there and writes what is to come; a busy emulated node takes half a minute. Longer: a hung node holds up the run. */
const armTimeoutMs = 90_000;

const versionCommand = [suitePaths.executable, "-v"];
/** A program's start. Longer: a hung node holds up the run. */
const versionTimeoutMs = 60_000;

/**
 * What the guard, which runs on the node anyway, says; a command of its own would start a program. Null: it cannot be spoken to, and
 * the command is. Throws what the guard refuses with, and `command-outcome-unknown` when it was asked and its answer is lost.
 */
export async function askGuard(
  context: NetworksContext,
  node: string,
  request: GuardRequest,
  timeoutMs: number,
): Promise<GuardAnswer | null> {
  const reply = await sayToGuard(context.host(node), request, { timeoutMs, signal: context.signal });
  if (reply === null) return null;
  if (reply === "lost")
    throw new AppError("command-outcome-unknown", say("networks-answer-lost", { node }), { facts: { node } });
  if ("answer" in reply) return reply.answer;
  const { code, detail, facts, advice } = reply.error;
  throw new AppError(code, say("networks-not-changed", { node, said: detail }), {
    facts: { ...facts, node },
    ...(advice === undefined ? {} : { advice }),
  });
}

/**
 * A guard that is there already, since somebody was shown what would be done, or is started first: armed over its socket, where the
 * command that arms would start a second program. Null where that cannot be: the command then knows what to do.
 */
export async function armByGuard(
  context: NetworksContext,
  wish: NetworkWish,
  change: SharedChange,
  wasWaiting: boolean,
): Promise<NetApplyResult | null> {
  const { node, id } = change;
  const host = context.host(node);
  const isWaiting =
    wasWaiting ||
    (await patiently(context, () => isGuardWaiting(host, context.signal))) ||
    (await patiently(context, () => startWaitingGuard(host, context.signal)));
  if (!isWaiting) return null;
  const input: NetApply = netApplySchema.parse(JSON.parse(applyInput(wish, change, "arm")));
  const answer = await askGuard(context, node, { do: "arm", change: id, input, run: context.runId }, armTimeoutMs);
  if (answer === null || answer.armed === null) return null;
  requireVersion(node, answer.version);
  return answer.armed;
}

/**
 * An older suite on one node would change by other rules, and stay when the others go back. A node may be ahead of its panel, by an
 * upgrade.
 */
function requireVersion(node: string, version: string): void {
  if ((compareVersions(version, productVersion) ?? -1) >= 0) return;
  throw new AppError(
    "blocked",
    say("suite-other-version", { node, version: version === "" ? "?" : version, wanted: productVersion }),
    {
      facts: { node, version, wanted: productVersion },
    },
  );
}

/** Where no guard told it. */
export async function requireVersionByCommand(context: NetworksContext, node: string): Promise<void> {
  const ask = () => context.command(versionCommand, { node, timeoutMs: versionTimeoutMs });
  const { stdout } = await patiently(context, ask);
  requireVersion(node, parseVersionText(stdout.split("\n")[0] ?? "")?.version ?? "");
}

/** For who only looks: what the guard of whatever change has to say, or null where there is none, or it has nothing to say. */
export const guardIfThere = (
  context: NetworksContext,
  node: string,
  request: Extract<GuardRequest, { do: "plan" | "probe" }>,
  timeoutMs: number,
): Promise<GuardAnswer | null> => askGuard(context, node, request, timeoutMs).catch(() => null);
