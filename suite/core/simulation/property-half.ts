import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asScenario, judge, recoveryLimitMs, schedules } from "@/suite/core/simulation/schedules";

/** A busy machine needs minutes for ten thousand; a hang needs an end. */
const limitMs = 900_000;

/** One half of the random schedules: test files run side by side, so both cores work. */
export function propertyHalf(
  name: string,
  offset: number,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const runs = Number(environment["SUITE_PROPERTY_RUNS"] ?? (environment["CI"] ? 10_000 : 1_000));
  // It and the path that fast-check prints replay a failure.
  const seed = Number(environment["SUITE_PROPERTY_SEED"] ?? Date.now() % 1_000_000_000);
  describe(`whatever breaks, in whatever order (${name})`, () => {
    const promise = `never two writers, and ${recoveryLimitMs / 1000} s after the heal one VM and nothing left over`;
    test(`${promise} (${Math.ceil(runs / 2)} schedules, seed ${seed + offset})`, { timeout: limitMs }, () => {
      fc.assert(
        fc.property(schedules, (schedule) => {
          const verdict = judge(schedule);
          // As a scenario, to be pasted into scenarios/ once it is understood.
          expect(verdict.problems.length === 0 ? "" : asScenario(schedule, verdict)).toBe("");
        }),
        { numRuns: Math.ceil(runs / 2), seed: seed + offset },
      );
    });
  });
}
