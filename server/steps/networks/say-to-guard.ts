import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { guardReplySchema, type GuardRequest, guardSocket, waitingGuardUnit } from "@/contract/net-guard";
import { suitePaths } from "@/contract/node-setup";
import { pollUntil } from "@/lib/poll-until";
import { exitedZero, type RemoteHost } from "@/server/ports/remote-host";
import { lastJson } from "@/server/steps/networks/ask-nodes";

export type GuardReply = z.infer<typeof guardReplySchema>;
/** `lost`: it was asked, and nobody knows what it said. */
export type GuardHeard = GuardReply | "lost";

/** A program's start: a second on a server, twelve on a busy emulated node. Longer: one that cannot start is reported late. */
const guardStartWaitMs = 30_000;
/** Asking starts nothing on the node, but its ssh server works for it. Longer: a server's guard, there after 200 ms, is noticed late. */
const guardStartPollMs = 200;
/** systemd starts the unit and answers at once. */
const startTimeoutMs = 30_000;
/** Somebody who is there answers at once. */
const greetTimeoutMs = 20_000;

/** How the journal shows what the guard was asked. */
function aboutOf(request: GuardRequest): string {
  if (request.do !== "decide") return `net-${request.do}`;
  return request.prefer === "commit" ? "net-commit" : "net-rollback";
}

const readings: ReadonlySet<GuardRequest["do"]> = new Set(["greet", "status", "plan"]);

/** What the guard of this node answers over its socket; null: there is none, or the ssh server opens no sockets. */
export async function sayToGuard(
  host: RemoteHost,
  request: GuardRequest,
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<GuardHeard | null> {
  const said = { about: aboutOf(request), line: JSON.stringify(request), isReading: readings.has(request.do) };
  const result = await host.sayTo(guardSocket, said, options);
  if (result === null) return null;
  return result.kind === "exited" ? guardReplySchema.parse(lastJson(result.stdout)) : "lost";
}

/** A guard that has no change yet, so that arming it starts no program: the change waits for nothing but what it does. */
export async function isGuardWaiting(host: RemoteHost, signal: AbortSignal): Promise<boolean> {
  const heard = await sayToGuard(host, { do: "greet" }, { timeoutMs: greetTimeoutMs, signal });
  return heard !== null && heard !== "lost" && "answer" in heard && heard.answer.phase === "waiting";
}

/**
 * Starts one where none is, and tells whether one waits now. It has no effect until it is armed, and goes when nobody comes. One
 * whose change is over makes room; one whose change is open does not.
 */
export async function startWaitingGuard(host: RemoteHost, signal: AbortSignal): Promise<boolean> {
  const left = await sayToGuard(host, { do: "leave" }, { timeoutMs: greetTimeoutMs, signal });
  if (left !== null && (left === "lost" || "error" in left)) return false;
  const argv = [
    ...["systemd-run", "--quiet", `--unit=${waitingGuardUnit(randomUUID())}`],
    ...["--property=Restart=on-failure", "--property=RestartSec=1"],
    ...[suitePaths.executable, "net-guard", "--wait"],
  ];
  if (!exitedZero(await host.exec(argv, { timeoutMs: startTimeoutMs, signal }))) return false;
  const isThere = async (): Promise<true | null> => ((await isGuardWaiting(host, signal)) ? true : null);
  const options = { timeoutMs: guardStartWaitMs, everyMs: guardStartPollMs, signal };
  return (await pollUntil(isThere, options)) !== null;
}
