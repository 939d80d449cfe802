import { type ClusterStatus, refreshSeconds } from "@/contract/cluster-status";
import type { ClusterWatcher } from "@/server/status/cluster-watcher";

/**
 * The newest status now and after every change. Slow readers skip what was overtaken. Without a change it is sent anew each refresh:
 * the browser counts ages from the panel's clock, and silence must not look like freshness.
 */
export async function* statusStream(watcher: ClusterWatcher, signal: AbortSignal): AsyncGenerator<ClusterStatus> {
  let wake = () => {};
  let sent = -1;
  const stopListening = watcher.listen(() => wake());
  signal.addEventListener("abort", () => wake(), { once: true });
  try {
    while (!signal.aborted) {
      const { newest } = watcher;
      sent = newest.revision;
      yield newest;
      if (watcher.newest.revision !== sent || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, refreshSeconds.link * 1000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    stopListening();
  }
}
