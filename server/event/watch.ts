import { setTimeout as sleep } from "node:timers/promises";
import { withStaleAsUnknown } from "@/contract/cluster-status";
import { bracketKindSchema } from "@/contract/bracket-kinds";
import type { HistoryRecord } from "@/contract/consul-keys";
import { type Condition, conditionOf, type Judgement, statusConditions } from "@/contract/event-conditions";
import { historyMoment, runConditions, runMoments } from "@/contract/event-moments";
import { knownClusters, watchCluster } from "@/server/cluster/service";
import { EventRecorder } from "@/server/event/record";
import { log } from "@/server/log";
import { type BracketTrail, bracketTrail } from "@/server/maintenance/bracket-trail";
import { listRuns } from "@/server/run/service";

/** Everything settles for seconds; shorter reads the journal for nobody's sake, longer tells late. */
const lookEveryMs = 2_000;
/** A cluster that was just deployed is written about that much later. */
const clustersEveryMs = 15_000;
/** Its watchdog looks every five minutes. */
const bracketsEveryMs = 30_000;
/** Runs end one by one: more than this cannot have ended between two looks. */
const runsLooked = 20;

/** What somebody left on, as the watchdog's trail has it. */
export function bracketConditions(trail: ReadonlyMap<string, BracketTrail>): Condition[] {
  return [...trail].flatMap(([name, { firstSeenAt, remindedAt }]) => {
    const [word = "", node] = name.split(" ");
    const kind = bracketKindSchema.safeParse(word);
    if (!kind.success) return [];
    const event = remindedAt === null ? "left-on" : "left-on-overdue";
    const of = node === undefined ? {} : { node };
    const condition = conditionOf(event, "trail", {
      ...of,
      identity: `left-on ${name}`,
      facts: { bracket: kind.data },
    });
    return [{ ...condition, since: firstSeenAt }];
  });
}

class ClusterScribe {
  readonly #recorder: EventRecorder;
  #brackets: readonly Condition[] = [];
  #bracketsAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly clusterId: string) {
    this.#recorder = new EventRecorder(clusterId);
  }

  async look(isManaged: boolean, nowMs: number): Promise<void> {
    const runs = await listRuns({ clusterId: this.clusterId, limit: runsLooked });
    if (nowMs - this.#bracketsAtMs > bracketsEveryMs) {
      this.#brackets = bracketConditions(await bracketTrail(this.clusterId));
      this.#bracketsAtMs = nowMs;
    }
    const { conditions, readable, history } = isManaged ? await this.#watched(nowMs) : unwatched;
    await this.#recorder.look(
      {
        conditions: [...conditions, ...runConditions(runs), ...this.#brackets],
        readable: new Set([...readable, "runs", "trail"]),
      },
      [...history.map(historyMoment), ...runMoments(runs)],
      nowMs,
    );
  }

  /** Looking keeps the cluster's watcher at work. */
  async #watched(nowMs: number) {
    const status = withStaleAsUnknown((await watchCluster(this.clusterId)).newest, nowMs);
    return {
      ...statusConditions(status),
      history: status.ha.state === "known" ? status.ha.value.history : [],
    };
  }
}

/** A cluster that is being deployed has runs, and nothing else yet. */
const unwatched: Judgement & { readonly history: readonly HistoryRecord[] } = {
  conditions: [],
  readable: new Set(),
  history: [],
};

/** Writes down what happens to every managed cluster as long as the panel runs; no browser needs to be open. */
export const eventRecording = {
  name: "event-recording",
  start(shutdown: AbortSignal): Promise<void> {
    void recordUntil(shutdown);
    return Promise.resolve();
  },
};

async function recordUntil(shutdown: AbortSignal): Promise<void> {
  const scribes = new Map<string, ClusterScribe>();
  let clusters: Awaited<ReturnType<typeof knownClusters>> = [];
  let listedAtMs = Number.NEGATIVE_INFINITY;
  while (!shutdown.aborted) {
    await sleep(lookEveryMs, undefined, { signal: shutdown, ref: false }).catch(() => undefined);
    if (shutdown.aborted) return;
    try {
      const nowMs = Date.now();
      if (nowMs - listedAtMs > clustersEveryMs) {
        clusters = await knownClusters();
        listedAtMs = nowMs;
        for (const id of scribes.keys()) if (!clusters.some((one) => one.id === id)) scribes.delete(id);
      }
      const looks = clusters.map(async ({ id, state }) => {
        const scribe = scribes.get(id) ?? new ClusterScribe(id);
        scribes.set(id, scribe);
        await scribe.look(state === "managed", nowMs);
      });
      await Promise.all(looks);
    } catch (error) {
      log().error({ area: "events", error: String(error) }, "writing down what happens went wrong");
    }
  }
}
