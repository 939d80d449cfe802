import { AppError } from "@/contract/errors";
import type { ProcedureDefinition, StepDefinition } from "@/server/engine/step";

export type Fault =
  /** run() refuses before it does anything, and the look afterwards finds the goal missing. */
  | "fails-before"
  /** run() does everything, the look afterwards denies it once; the next attempt runs on top of it. */
  | "runs-twice"
  /** undo() refuses once. */
  | "undo-fails";

/** The procedure with one fault in one cell, once. `hits` tells whether the fault was met at all. */
export function withFault<TInput>(
  procedure: ProcedureDefinition<TInput>,
  at: { step: string; cell: string },
  fault: Fault,
): { procedure: ProcedureDefinition<TInput>; hits: () => number } {
  let hits = 0;
  let failedAttempt = 0;
  const injected = (): AppError => new AppError("command-failed", `injected into ${at.step} on ${at.cell}`);
  const isHere = (cell: string): boolean => cell === at.cell;
  const faulty = (step: StepDefinition<TInput>): StepDefinition<TInput> => ({
    id: step.id,
    precheck: async (context) => {
      const verdict = await step.precheck(context);
      const mustRunAgain = fault === "runs-twice" && isHere(context.cell) && hits > 0 && verdict.kind === "already";
      return mustRunAgain ? { kind: "ready" } : verdict;
    },
    run: async (context) => {
      if (fault === "fails-before" && isHere(context.cell) && hits === 0) {
        hits += 1;
        failedAttempt = context.attempt;
        throw injected();
      }
      await step.run(context);
    },
    verify: async (context) => {
      if (!isHere(context.cell)) return step.verify(context);
      if (fault === "fails-before" && context.attempt === failedAttempt) return { reached: false, missing: "injected" };
      if (fault === "runs-twice" && hits === 0) {
        hits += 1;
        return { reached: false, missing: "denied by the test" };
      }
      return step.verify(context);
    },
    ...(step.undo === undefined
      ? {}
      : {
          undo: async (context) => {
            if (fault === "undo-fails" && isHere(context.cell) && hits === 0) {
              hits += 1;
              throw injected();
            }
            await step.undo?.(context);
            // Every undo must stand being done twice.
            return (await step.undo?.(context)) ?? { observed: "" };
          },
        }),
  });
  const steps = procedure.steps.map((step) => (step.id === at.step ? faulty(step) : step));
  return { procedure: { ...procedure, steps }, hits: () => hits };
}
