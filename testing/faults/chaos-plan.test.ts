import { expect, test } from "vitest";
import { chooseFaults, faults } from "@/testing/faults/catalogue";
import { type ChaosRun, planChaos, summarize } from "@/testing/faults/chaos-plan";

const candidates = faults.filter((fault) => fault.chaos === true);
const plans = (seed: number) => Array.from({ length: 50 }, (_, run) => planChaos(seed, run, candidates));

test("a seed replays, another does not", () => {
  expect(plans(7)).toEqual(plans(7));
  expect(plans(7)).not.toEqual(plans(8));
  expect(planChaos(7, 31, candidates)).toEqual(plans(7)[31]);
});

test("one fault or two different ones, healed each once, within the time promised", () => {
  const made = [1, 2, 3, 4].flatMap(plans);
  for (const plan of made) {
    const names = plan.faults.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(plan.healOrder.toSorted((a, b) => a - b)).toEqual(names.map((_, place) => place));
    expect(plan.holdMs).toBeGreaterThanOrEqual(2_000);
    expect(plan.holdMs).toBeLessThanOrEqual(40_000);
  }
  expect(new Set(made.flatMap((plan) => plan.faults.map(({ name }) => name)))).toEqual(
    new Set(candidates.map(({ name }) => name)),
  );
  expect(made.filter((plan) => plan.faults.length === 2).length).toBeGreaterThan(50);
  expect(made.filter((plan) => plan.holdMs < 10_000).length).toBeGreaterThan(50);
  expect(made.filter((plan) => plan.holdMs >= 20_000).length).toBeGreaterThan(50);
});

test("faults are chosen by number or name, and an unknown word is an error", () => {
  expect(chooseFaults(["10", "qemu-killed"]).map(({ name }) => name)).toEqual(["qemu-killed", "owner-power-loss"]);
  expect(() => chooseFaults(["10", "nonsense"])).toThrow('"nonsense"');
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});

test("the summary counts what happened; a run without a new start has no seconds", () => {
  const run: ChaosRun = {
    seed: 1,
    run: 0,
    faults: [],
    doubleWriters: 0,
    lostAcks: 0,
    falseFailover: false,
    recovered: true,
    seconds: null,
    problems: [],
  };
  const runs = [
    run,
    { ...run, seconds: 10 },
    { ...run, seconds: 30, recovered: false, lostAcks: 2, falseFailover: true },
  ];
  expect(summarize(runs)).toEqual({
    runs: 3,
    doubleWriters: 0,
    lostAcks: 2,
    falseFailovers: 1,
    recovered: 2,
    seconds: { p50: 10, p95: 30, max: 30 },
  });
  expect(summarize([]).seconds).toEqual({ p50: null, p95: null, max: null });
});
