import { AppError } from "@/contract/errors";
import type { NodeFacts } from "@/contract/node-facts";
import { say } from "@/contract/sentence";
import { type MeasuredClock, parseFacts } from "@/server/node/parse-facts";
import { shellFile } from "@/lib/shell-file";
import { exitedZero, howEnded, type RemoteHost } from "@/server/ports/remote-host";

/** The script bounds each of its commands to 5 s; on a healthy node all of it takes about two, on a busy emulated one a minute. */
const factsTimeoutMs = 100_000;
const clockTimeoutMs = 10_000;
/** The fastest of these counts: a slow round trip says little about the clock, one fast one says much. */
const clockSamples = 5;

export async function collectFacts(host: RemoteHost): Promise<NodeFacts> {
  const script = shellFile("server/node/facts.sh");
  const result = await host.exec(["sh", "-c", script, "collect-facts"], { timeoutMs: factsTimeoutMs });
  if (!exitedZero(result))
    throw new AppError("command-failed", say("facts-failed", { node: host.node, how: howEnded(result) }), {
      facts: { node: host.node, kind: result.kind, stderr: result.stderr.trim().slice(-200) },
      advice: say("shell-works"),
    });
  return parseFacts(result.stdout, await measureClock(host), new Date().toISOString());
}

/** Node's clock minus the panel's, taken at the middle of the round trip on a connection that is already open. */
export async function measureClock(host: RemoteHost): Promise<MeasuredClock> {
  let best: MeasuredClock | null = null;
  for (let i = 0; i < clockSamples; i += 1) {
    const sentAt = performance.timeOrigin + performance.now();
    const result = await host.exec(["date", "+%s.%N"], { timeoutMs: clockTimeoutMs });
    const backAt = performance.timeOrigin + performance.now();
    const seconds = Number(result.stdout.trim());
    if (!exitedZero(result) || !Number.isFinite(seconds) || seconds === 0) continue;
    const clockUncertaintyMs = (backAt - sentAt) / 2;
    if (best === null || clockUncertaintyMs < best.clockUncertaintyMs)
      best = {
        clockOffsetMs: round(seconds * 1000 - (sentAt + backAt) / 2),
        clockUncertaintyMs: round(clockUncertaintyMs),
      };
  }
  if (best === null)
    throw new AppError("unexpected-output", say("clock-unreadable", { node: host.node }), {
      facts: { node: host.node },
    });
  return best;
}

const round = (value: number): number => Math.round(value * 10) / 10;
