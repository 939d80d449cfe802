import { oncePerProcess } from "@/server/process";
import type { ClusterWatcher } from "@/server/status/cluster-watcher";

/** After the last look. Shorter makes going from page to page read everything anew; longer reads what nobody wants to know. */
const lingerMs = 5 * 60_000;
const sweepMs = 30_000;
/** Each holds three open requests and a probe per node. Beyond it the one looked at longest ago goes. */
const watchersMax = 32;

interface Watched {
  watcher: ClusterWatcher;
  /** What the watcher was made from. */
  made: string;
  lookedAt: number;
}

interface Registry {
  readonly byCluster: Map<string, Watched>;
  sweep: NodeJS.Timeout | null;
}

const registry = (): Registry => oncePerProcess("cluster watchers", () => ({ byCluster: new Map(), sweep: null }));

/** One watcher per cluster and process, started by the first look. */
export function watcherFor(clusterId: string, made: string, start: () => ClusterWatcher): ClusterWatcher {
  const { byCluster } = registry();
  const found = byCluster.get(clusterId);
  if (found?.made === made) {
    found.lookedAt = Date.now();
    return found.watcher;
  }
  found?.watcher.stop();
  const started = { watcher: start(), made, lookedAt: Date.now() };
  byCluster.set(clusterId, started);
  if (byCluster.size > watchersMax) forgetOldest(byCluster);
  sweepFromNowOn();
  return started.watcher;
}

export function forgetWatcher(clusterId: string): void {
  const { byCluster } = registry();
  byCluster.get(clusterId)?.watcher.stop();
  byCluster.delete(clusterId);
}

export function stopWatchers(): void {
  const all = registry();
  if (all.sweep) clearInterval(all.sweep);
  all.sweep = null;
  for (const clusterId of all.byCluster.keys()) forgetWatcher(clusterId);
}

function sweepFromNowOn(): void {
  const all = registry();
  all.sweep ??= setInterval(() => {
    for (const [clusterId, one] of all.byCluster) {
      if (one.watcher.isListenedTo) one.lookedAt = Date.now();
      else if (Date.now() - one.lookedAt > lingerMs) forgetWatcher(clusterId);
    }
  }, sweepMs);
  all.sweep.unref();
}

function forgetOldest(byCluster: ReadonlyMap<string, Watched>): void {
  const idle = [...byCluster].filter(([, one]) => !one.watcher.isListenedTo);
  const [oldest] = idle.toSorted(([, a], [, b]) => a.lookedAt - b.lookedAt);
  if (oldest) forgetWatcher(oldest[0]);
}
