// Which faults come when, as a function of seed and number of the run: the same seed gives the same schedule. Pure.
import type { Fault } from "@/testing/faults/fault";

export interface ChaosPlan {
  seed: number;
  run: number;
  /** Second and later faults come on top of the first, before it is healed. */
  faults: readonly { name: string; afterMs: number }[];
  holdMs: number;
  /** Order in which they are healed, as places in `faults`. */
  healOrder: readonly number[];
  healPauseMs: number;
}

/** Detection takes 3 to 20 s. Shorter holds are flaps, longer ones take-overs, and nothing is learnt from those in between. */
const flapMs = [2_000, 8_000] as const;
const takeoverMs = [20_000, 40_000] as const;
const flapShare = 0.5;
const secondAfterMs = 15_000;
const healPauseToMs = 5_000;
/** Two at once are what no reasoning foresees; three leave nothing running to look at. */
const secondFaultShare = 0.5;

export function planChaos(seed: number, run: number, candidates: readonly Fault[]): ChaosPlan {
  if (candidates.length === 0) throw new RangeError("no fault to choose from");
  const random = generator(seed * 1_000_003 + run);
  const pick = (): Fault => candidates[Math.floor(random() * candidates.length)] as Fault;
  const first = pick();
  const second = random() < secondFaultShare ? pick() : first;
  const chosen = second === first ? [first] : [first, second];
  const faults = chosen.map(({ name }, place) => ({
    name,
    afterMs: place === 0 ? 0 : within(random, 0, secondAfterMs),
  }));
  const [from, to] = random() < flapShare ? flapMs : takeoverMs;
  const places = faults.map((_, place) => place);
  return {
    seed,
    run,
    faults,
    holdMs: within(random, from, to),
    healOrder: random() < 0.5 ? places : places.toReversed(),
    healPauseMs: within(random, 0, healPauseToMs),
  };
}

const within = (random: () => number, from: number, to: number): number => Math.round(from + random() * (to - from));

/** Mulberry32. Math.random cannot be seeded. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface ChaosRun {
  seed: number;
  run: number;
  faults: readonly string[];
  doubleWriters: number;
  lostAcks: number;
  /** A new start although every fault of the run is one that must leave the guest alone. */
  falseFailover: boolean;
  recovered: boolean;
  /** Longest time without an acknowledged write, when the guest was started anew; null: it was not. */
  seconds: number | null;
  problems: readonly string[];
}

export interface ChaosSummary {
  runs: number;
  doubleWriters: number;
  lostAcks: number;
  falseFailovers: number;
  recovered: number;
  seconds: { p50: number | null; p95: number | null; max: number | null };
}

export function summarize(runs: readonly ChaosRun[]): ChaosSummary {
  const seconds = runs.flatMap((run) => (run.seconds === null ? [] : [run.seconds])).toSorted((a, b) => a - b);
  const at = (share: number): number | null =>
    seconds.length === 0
      ? null
      : (seconds[Math.min(seconds.length - 1, Math.ceil(share * seconds.length) - 1)] ?? null);
  return {
    runs: runs.length,
    doubleWriters: runs.reduce((sum, run) => sum + run.doubleWriters, 0),
    lostAcks: runs.reduce((sum, run) => sum + run.lostAcks, 0),
    falseFailovers: runs.filter((run) => run.falseFailover).length,
    recovered: runs.filter((run) => run.recovered).length,
    seconds: { p50: at(0.5), p95: at(0.95), max: seconds.at(-1) ?? null },
  };
}
