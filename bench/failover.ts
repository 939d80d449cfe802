// From a power cut of the owner to QEMU running on another node and to the guest's page, seen from outside.
import { say, withBench } from "@/bench/bench-lab";
import {
  type CephPlace,
  type FailoverCluster,
  ownerOf,
  readStatus,
  startCluster,
  untilWhole,
} from "@/bench/failover-cluster";
import { observe, type SeenPhase, seenPhases } from "@/bench/failover-observer";
import { percentile, rounded } from "@/bench/figures";
import type { HistoryRecord } from "@/contract/consul-keys";
import type { HaProfile } from "@/contract/ha-profile";
import * as lab from "@/lab/cluster";

/** Promised from the cut to QEMU running elsewhere, seconds at p95. No promise: Ceph on the nodes with the default profile. */
export const failoverBars: Readonly<Record<CephPlace, Readonly<Record<HaProfile, number | null>>>> = {
  outside: { default: 8, fast: 5 },
  nodes: { default: null, fast: 11 },
};

/** Longer than every untuned wait (28 s) and a guest's boot on a busy machine; then the run has failed. */
const failoverTimeoutMs = 180_000;
/** A cold node's OSD and monitor, and the failed run's leftovers. */
const wholeTimeoutMs = 300_000;
/** The record is written when the guest's agent answers, some seconds after its page. */
const recordTimeoutMs = 60_000;
/** A whole cluster rests that long and up to as much again, so that no cut falls on the same beat of gossip and renewals. */
const restMs = 4_000;
/** So many failed runs in a row: the cluster is broken, and further cuts would measure that. */
const patience = 3;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const suitePhases = ["detect", "elect", "fence", "start", "guest"] as const;

export interface FailoverRun {
  from: string;
  to: string | null;
  /** The node that was cut led Consul, and as a rule Ceph's first monitor sits on the first node. */
  ledConsul: boolean;
  /** Seconds from the cut; a phase nobody saw is absent. */
  seconds: Partial<Record<SeenPhase, number>>;
  /** As the suite recorded it. */
  suite: HistoryRecord["seconds"] | null;
  cause: HistoryRecord["cause"];
  /** Null: it succeeded. */
  failure: string | null;
}

async function cutOnce(cluster: FailoverCluster): Promise<FailoverRun> {
  const owner = await ownerOf(cluster, await untilWhole(cluster, wholeTimeoutMs));
  const survivors = cluster.nodes.filter(({ name }) => name !== owner.node).map(({ name }) => name);
  await pause(restMs * (1 + Math.random()));
  const sighting = await observe(owner, survivors, cluster.page);
  const run: FailoverRun = {
    from: owner.node,
    to: null,
    ledConsul: owner.leads,
    seconds: {},
    suite: null,
    cause: null,
    failure: null,
  };
  try {
    // From before the order is given: what pulling cables takes counts against us.
    const began = Date.now();
    await lab.powerOff(owner.node);
    sighting.follow();
    const end = began + failoverTimeoutMs;
    while (!(sighting.seen.has("running") && sighting.seen.has("http")) && Date.now() < end) await pause(50);
    run.to = sighting.takenBy();
    for (const [phase, at] of sighting.seen) run.seconds[phase] = rounded((at - began) / 1000, 2);
    const missing = (["running", "http"] as const).filter((phase) => !sighting.seen.has(phase));
    if (missing.length > 0) run.failure = `not seen in ${failoverTimeoutMs / 1000} s: ${missing.join(", ")}`;
    else Object.assign(run, await recordOf(survivors[0] ?? "", owner.epoch));
  } finally {
    sighting.stop();
  }
  return run;
}

/** What the suite itself wrote down about it. */
async function recordOf(node: string, epoch: number): Promise<Pick<FailoverRun, "suite" | "cause">> {
  const end = performance.now() + recordTimeoutMs;
  while (performance.now() < end) {
    const status = await readStatus(node).catch(() => null);
    const record = status?.history.find((entry) => entry.kind === "failover" && entry.epoch > epoch);
    if (record !== undefined) return { suite: record.seconds, cause: record.cause ?? null };
    await pause(1_000);
  }
  return { suite: null, cause: null };
}

const series = (values: readonly number[]) =>
  values.length === 0
    ? null
    : { p50: percentile(values, 50), p95: percentile(values, 95), max: Math.max(...values), samples: values.length };

export interface FailoverFigures {
  profile: HaProfile;
  ceph: CephPlace;
  /** Cuts made; the failed ones among them are in `failed`, never in the figures and never left out of the count. */
  runs: number;
  failed: { run: number; failure: string }[];
  /** Seconds from the cut to QEMU running elsewhere; null when no run succeeded. */
  p50: number | null;
  p95: number | null;
  max: number | null;
  /** Promised for p95. */
  bar: number | null;
  met: boolean | null;
  /** Seen from outside, each from the cut. */
  phases: Record<SeenPhase, ReturnType<typeof series>>;
  /** As the suite recorded them, each by itself. */
  suite: Record<(typeof suitePhases)[number], ReturnType<typeof series>>;
  each: FailoverRun[];
}

function figuresOf(profile: HaProfile, ceph: CephPlace, each: FailoverRun[]): FailoverFigures {
  const good = each.filter((run) => run.failure === null);
  const seen = (phase: SeenPhase) => series(good.flatMap((run) => run.seconds[phase] ?? []));
  const told = (phase: (typeof suitePhases)[number]) => series(good.flatMap((run) => run.suite?.[phase] ?? []));
  const running = seen("running");
  const bar = failoverBars[ceph][profile];
  const failed = each.flatMap(({ failure }, at) => (failure === null ? [] : [{ run: at + 1, failure }]));
  return {
    profile,
    ceph,
    runs: each.length,
    failed,
    p50: running?.p50 ?? null,
    p95: running?.p95 ?? null,
    max: running?.max ?? null,
    bar,
    met: bar === null ? null : failed.length === 0 && running !== null && running.p95 <= bar,
    phases: Object.fromEntries(seenPhases.map((phase) => [phase, seen(phase)])) as FailoverFigures["phases"],
    suite: Object.fromEntries(suitePhases.map((phase) => [phase, told(phase)])) as FailoverFigures["suite"],
    each,
  };
}

export const benchFailover = (options: {
  runs: number;
  profile: HaProfile;
  ceph: CephPlace;
}): Promise<FailoverFigures> =>
  withBench(async () => {
    const cluster = await startCluster(options.profile, options.ceph);
    const each: FailoverRun[] = [];
    let inARow = 0;
    while (each.length < options.runs && inARow < patience) {
      const run = await cutOnce(cluster).catch((error: unknown): FailoverRun => {
        const failure = error instanceof Error ? error.message : String(error);
        return { from: "", to: null, ledConsul: false, seconds: {}, suite: null, cause: null, failure };
      });
      each.push(run);
      inARow = run.failure === null ? 0 : inARow + 1;
      const told = Object.entries(run.seconds).map(([phase, seconds]) => `${phase} ${seconds}`);
      const suite = Object.entries(run.suite ?? {}).map(([phase, seconds]) => `${phase} ${seconds}`);
      say(
        `cut ${each.length}: ${run.from} → ${run.to ?? "nobody"}${run.ledConsul ? " (led Consul)" : ""}: ${told.join(", ")}; suite: ${suite.join(", ")}${run.failure === null ? "" : ` FAILED: ${run.failure}`}`,
      );
    }
    return figuresOf(options.profile, options.ceph, each);
  });
