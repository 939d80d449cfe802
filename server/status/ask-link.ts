import type { NodeLink } from "@/contract/cluster-status";
import { say, type Sentence } from "@/contract/sentence";
import { type CommandResult, exitedZero, howEnded, type RemoteHost } from "@/server/ports/remote-host";
import { reasonOf } from "@/server/status/error-reason";

const linkTimeoutMs = 4_000;

/** Whether the panel can log in to the node now, and why not. */
export async function askLink(host: RemoteHost, signal: AbortSignal): Promise<Omit<NodeLink, "roundTripMs">> {
  try {
    const result = await host.exec(["true"], { timeoutMs: linkTimeoutMs, signal });
    if (exitedZero(result)) return { reachable: true, because: null };
    return { reachable: false, because: probeFailure(result) };
  } catch (error) {
    return { reachable: false, because: reasonOf(error) };
  }
}

function probeFailure(result: CommandResult): Sentence {
  if (result.kind === "timed-out") return say("no-answer-within", { seconds: linkTimeoutMs / 1000 });
  return say("command-ended", { how: howEnded(result) });
}
