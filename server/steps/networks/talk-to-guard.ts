import { AppError } from "@/contract/errors";
import { type NetApply, type NetApplyResult, netApplySchema, type SharedChange } from "@/contract/net-apply";
import {
  type GuardAnswer,
  guardReplySchema,
  type GuardRequest,
  guardSocket,
  waitingGuardUnit,
} from "@/contract/net-guard";
import { suitePaths } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import { compareVersions, parseVersionText } from "@/contract/suite-version";
import { productVersion } from "@/contract/version";
import { pollUntil } from "@/lib/poll-until";
import { exitedZero } from "@/server/ports/remote-host";
import { isLost, lastJson, type NetworksContext, patiently } from "@/server/steps/networks/ask-nodes";
import { applyInput, type NetworkWish } from "@/server/steps/networks/network-wish";

/** A guard answers its status within four seconds, deaf peers included. */
export const statusTimeoutMs = 20_000;
/** A program's start: a second on a server, twelve on a busy emulated node. Longer: one that cannot start is reported late. */
const guardStartWaitMs = 30_000;
/** Asking starts nothing on the node, but its ssh server works for it. Longer: a server's guard, there after 200 ms, is noticed late. */
const guardStartPollMs = 400;
/** systemd starts the unit and answers at once. */
const startTimeoutMs = 30_000;
/** Reads what is there and writes what is to come; a busy emulated node takes half a minute. Longer: a hung node holds up the run. */
const armTimeoutMs = 90_000;

const versionCommand = [suitePaths.executable, "-v"];
/** A program's start. Longer: a hung node holds up the run. */
const versionTimeoutMs = 60_000;

/** How the journal shows what the guard was asked. */
function aboutOf(request: GuardRequest): string {
  if (request.do !== "decide") return `net-${request.do}`;
  return request.prefer === "commit" ? "net-commit" : "net-rollback";
}

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
  const said = { about: aboutOf(request), line: JSON.stringify(request) };
  const result = await context.host(node).sayTo(guardSocket, said, { timeoutMs, signal: context.signal });
  if (result === null) return null;
  if (result.kind !== "exited")
    throw new AppError("command-outcome-unknown", say("networks-answer-lost", { node }), { facts: { node } });
  const reply = guardReplySchema.parse(lastJson(result.stdout));
  if ("answer" in reply) return reply.answer;
  const { code, detail, facts, advice } = reply.error;
  throw new AppError(code, say("networks-not-changed", { node, said: detail }), {
    facts: { ...facts, node },
    ...(advice === undefined ? {} : { advice }),
  });
}

/**
 * A guard that is started first and armed over its socket: one program where the command that arms would start a second. Null where
 * that cannot be, or a guard is there already: the command then knows what to do.
 */
export async function armByGuard(
  context: NetworksContext,
  wish: NetworkWish,
  change: SharedChange,
): Promise<NetApplyResult | null> {
  const { node, id } = change;
  if (!(await hasRoomForGuard(context, node))) return null;
  const unit = waitingGuardUnit(id);
  const argv = [
    ...["systemd-run", "--quiet", `--unit=${unit}`, "--property=Restart=on-failure", "--property=RestartSec=1"],
    ...[suitePaths.executable, "net-guard", "--wait"],
  ];
  const started = await context.host(node).exec(argv, { timeoutMs: startTimeoutMs, signal: context.signal });
  if (!exitedZero(started)) return null;
  const input: NetApply = netApplySchema.parse(JSON.parse(applyInput(wish, change, "arm")));
  const request = { do: "arm" as const, change: id, input, run: context.runId };
  const ask = (): Promise<GuardAnswer | null> => askGuard(context, node, request, armTimeoutMs);
  const options = { timeoutMs: guardStartWaitMs, everyMs: guardStartPollMs, signal: context.signal };
  const answer = await pollUntil(ask, options);
  if (answer?.armed === null || answer === null) return null;
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

/** No guard, or one whose change is over and that has left; it would stay until its time is up. */
async function hasRoomForGuard(context: NetworksContext, node: string): Promise<boolean> {
  try {
    await patiently(context, () => askGuard(context, node, { do: "leave" }, statusTimeoutMs));
    return true;
  } catch (error) {
    if (isLost(error) && !(error instanceof AppError && error.code === "command-outcome-unknown")) throw error;
    return false;
  }
}

/** For who only looks: what the guard of whatever change has to say, or null where there is none, or it has nothing to say. */
export const guardIfThere = (
  context: NetworksContext,
  node: string,
  request: Extract<GuardRequest, { do: "plan" | "probe" }>,
  timeoutMs: number,
): Promise<GuardAnswer | null> => askGuard(context, node, request, timeoutMs).catch(() => null);
