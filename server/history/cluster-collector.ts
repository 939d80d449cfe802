import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@/contract/errors";
import { hostOf, nodesOf, watchCluster } from "@/server/cluster/service";
import { clusterSample } from "@/server/history/cluster-sample";
import { followNode } from "@/server/history/follow-node";
import { historyKeeper } from "@/server/history/keeper";
import type { NodeCounters } from "@/server/history/node-counters";
import { nodeSample } from "@/server/history/node-sample";
import { sampleSeconds } from "@/server/history/resolutions";
import { clusterSubject, nodeSubject } from "@/server/history/subjects";
import { log } from "@/server/log";

/** Records one cluster until stopped: its status as the watcher has it, and one open command per node. */
export class ClusterCollector {
  readonly #stop = new AbortController();

  constructor(
    readonly clusterId: string,
    /** What it was made from: another address makes another collector. */
    readonly made: string,
    nodes: readonly string[],
  ) {
    void this.#followStatus();
    for (const node of nodes) void this.#followNode(node);
  }

  stop(): void {
    this.#stop.abort();
  }

  async #followStatus(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#guarded(async () => {
        // Looked at each time: a watcher nobody looks at is stopped, and one made anew knows new addresses.
        const { newest } = await watchCluster(this.clusterId);
        const now = Date.now();
        await historyKeeper().record(clusterSubject(this.clusterId), clusterSample(newest, now), now / 1000);
      });
      await sleep(sampleSeconds * 1000, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #followNode(node: string): Promise<void> {
    const { signal } = this.#stop;
    const subject = nodeSubject(this.clusterId, node);
    let before: NodeCounters | null = null;
    const take = (counters: NodeCounters): void => {
      if (signal.aborted) return;
      const sample = nodeSample(before, counters);
      before = counters;
      void this.#guarded(() => historyKeeper().record(subject, sample, Date.now() / 1000));
    };
    await this.#guarded(async () => followNode(await hostOf(this.clusterId, node), signal, take));
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#stop.signal.aborted || (error instanceof AppError && error.code === "not-found")) return;
      log().warn({ area: "history", cluster: this.clusterId, error: String(error) }, "recording a cluster failed");
    }
  }
}

/** What a collector is made from. */
export async function makingOf(clusterId: string): Promise<{ made: string; nodes: string[] }> {
  const nodes = await nodesOf(clusterId);
  return { made: JSON.stringify(nodes), nodes: nodes.map(({ name }) => name) };
}
