import { setTimeout as sleep } from "node:timers/promises";
import { shellFile } from "@/lib/shell-file";
import { CounterStream, type NodeCounters } from "@/server/history/node-counters";
import { sampleSeconds } from "@/server/history/resolutions";
import { exitedZero, type RemoteHost } from "@/server/ports/remote-host";

/** One command lives half an hour, then a new one takes over. Longer: a panel that died may leave its shell behind for longer. */
const rounds = 180;
/** Beyond its life, for a slow node to end it. */
const graceMs = 60_000;
/** After a failure. Shorter: a node that is off is knocked at all the time; longer: its chart begins again late. */
const retryMs = 10_000;

/** The node's counters every ten seconds until aborted, by one open command. Silence is told to nobody: it is a gap. */
export async function followNode(
  host: RemoteHost,
  signal: AbortSignal,
  tell: (counters: NodeCounters) => void,
): Promise<void> {
  const script = shellFile("server/history/follow-node.sh");
  const argv = ["sh", "-c", script, "follow-node", String(sampleSeconds), String(rounds)];
  while (!signal.aborted) {
    const stream = new CounterStream(tell, Date.now);
    const isWell = await host
      .exec(argv, {
        timeoutMs: rounds * sampleSeconds * 1000 + graceMs,
        signal,
        onOutput: (from, text) => from === "stdout" && stream.take(text),
      })
      .then(
        (result) => exitedZero(result) && result.stdout !== "",
        () => false,
      );
    if (!isWell && !signal.aborted) await sleep(retryMs, undefined, { signal }).catch(() => undefined);
  }
}
