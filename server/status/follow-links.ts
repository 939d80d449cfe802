import { setTimeout as sleep } from "node:timers/promises";
import type { NodeLinks } from "@/contract/node-links";
import { say, type Sentence } from "@/contract/sentence";
import { shellFile } from "@/lib/shell-file";
import { exitedZero, howEnded, type RemoteHost } from "@/server/ports/remote-host";
import { reasonOf } from "@/server/status/error-reason";
import { LinkStream } from "@/server/status/parse-links";

/** One command on the node lives this long, then a new one takes over. Longer: a panel that died leaves its shell behind for longer. */
const lifeSeconds = 600;
/** Beyond its life, for a slow node to end it. */
const graceMs = 30_000;
/** After a failure. Shorter: a node without a way in is knocked at all the time; longer: a cable put back is seen late. */
const retryMs = 5_000;

export interface LinkListener {
  onLinks(links: NodeLinks): void;
  /** Nothing has changed: what was told last still holds. */
  onSame(): void;
  onSilence(reason: Sentence): void;
}

/**
 * Cables of one node as they are pulled and plugged, over a command that stays open. By ssh rather than Consul: where the storage
 * cable is the one that is out, Consul hears nothing of it, and no write to Consul ever depends on how often a link flaps.
 */
export async function followLinks(host: RemoteHost, signal: AbortSignal, listener: LinkListener): Promise<void> {
  const argv = ["sh", "-c", shellFile("server/status/follow-links.sh"), "follow-links", String(lifeSeconds)];
  while (!signal.aborted) {
    const stream = new LinkStream((heard) => (heard === "same" ? listener.onSame() : listener.onLinks(heard)));
    const failure = await follow(host, argv, signal, (text) => stream.take(text));
    if (failure === null || signal.aborted) continue;
    listener.onSilence(failure);
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
  }
}

async function follow(
  host: RemoteHost,
  argv: readonly string[],
  signal: AbortSignal,
  take: (text: string) => void,
): Promise<Sentence | null> {
  try {
    const result = await host.exec(argv, {
      timeoutMs: lifeSeconds * 1000 + graceMs,
      signal,
      onOutput: (stream, text) => stream === "stdout" && take(text),
    });
    return exitedZero(result) && result.stdout !== "" ? null : say("command-ended", { how: howEnded(result) });
  } catch (error) {
    return reasonOf(error);
  }
}
