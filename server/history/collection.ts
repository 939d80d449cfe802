import { setTimeout as sleep } from "node:timers/promises";
import { managedClusters } from "@/server/cluster/service";
import { ClusterCollector, makingOf } from "@/server/history/cluster-collector";
import { historyKeeper } from "@/server/history/keeper";
import { readPanel } from "@/server/history/panel-reading";
import { panelSample, type ProcessReading } from "@/server/history/panel-sample";
import { sampleSeconds } from "@/server/history/resolutions";
import { dropOldChunks, dropSubjects, listSubjects } from "@/server/history/store";
import { clusterSubject, nodeSubject, panelSubject } from "@/server/history/subjects";
import { log } from "@/server/log";

/** Looks for clusters and nodes that came or went. Shorter reads the list for nothing; longer records a new cluster late. */
const lookEveryMs = 30_000;
/** Shorter writes more than anybody needs; a crash loses at most as much. */
const saveEveryMs = 60_000;
/** Rows are dropped by the day's worth; more often finds nothing. */
const sweepEveryMs = 3_600_000;

const nowSeconds = (): number => Date.now() / 1000;
const collectors = new Map<string, ClusterCollector>();

async function lookForClusters(): Promise<void> {
  const present = new Set(await managedClusters());
  for (const [id, collector] of collectors) {
    if (present.has(id)) continue;
    collector.stop();
    collectors.delete(id);
  }
  for (const id of present) {
    const { made, nodes } = await makingOf(id);
    const known = collectors.get(id);
    if (known?.made === made) continue;
    known?.stop();
    collectors.set(id, new ClusterCollector(id, made, nodes));
  }
}

/** Past their keeping, and what is left of clusters and nodes that are no more. */
async function sweep(): Promise<void> {
  await dropOldChunks(nowSeconds());
  const known = new Set([panelSubject]);
  for (const id of await managedClusters()) {
    known.add(clusterSubject(id));
    for (const node of (await makingOf(id)).nodes) known.add(nodeSubject(id, node));
  }
  const gone = (await listSubjects()).filter((subject) => !known.has(subject));
  for (const subject of historyKeeper().subjects) if (!known.has(subject)) historyKeeper().forget(subject);
  if (gone.length > 0) await dropSubjects(gone);
}

let before: ProcessReading | null = null;
async function samplePanel(): Promise<void> {
  const now = await readPanel();
  await historyKeeper().record(panelSubject, panelSample(before, now), nowSeconds());
  before = now;
}

async function every(ms: number, shutdown: AbortSignal, what: string, work: () => Promise<void>): Promise<void> {
  while (!shutdown.aborted) {
    await work().catch((error: unknown) => log().error({ area: "history", error: String(error) }, `${what} failed`));
    await sleep(ms, undefined, { signal: shutdown, ref: false }).catch(() => undefined);
  }
}

/** Records the panel and every managed cluster as long as the panel lives; no browser needs to be open. */
export const metricHistory = {
  name: "history",
  start(shutdown: AbortSignal): Promise<void> {
    void every(lookEveryMs, shutdown, "looking for clusters to record", lookForClusters);
    void every(sampleSeconds * 1000, shutdown, "reading the panel's own figures", samplePanel);
    void every(saveEveryMs, shutdown, "writing history", () => historyKeeper().save(nowSeconds()));
    void every(sweepEveryMs, shutdown, "dropping old history", sweep);
    return Promise.resolve();
  },
  async stop(): Promise<void> {
    for (const collector of collectors.values()) collector.stop();
    await historyKeeper().save(nowSeconds(), true);
  },
};
