import type { PlannedStep, ProcedureKind } from "@/contract/run";
import type { ProcedureDefinition, StepDefinition } from "@/server/engine/step";

/** One line of a procedure: what is shown before it runs, and what runs. Null = not part of this input's plan. */
export interface StepLine<TInput> {
  plan(input: TInput): Omit<PlannedStep, "after"> | null;
  definition: StepDefinition<TInput>;
}

/** One step after the other: what follows takes away what the one before still needed. */
export function inOrder<TInput>(
  kind: ProcedureKind,
  parseInput: (json: unknown) => TInput,
  table: readonly StepLine<TInput>[],
): ProcedureDefinition<TInput> {
  return {
    kind,
    parseInput,
    plan(input): PlannedStep[] {
      const planned = table.flatMap((step) => step.plan(input) ?? []);
      return planned.map((step, at) => {
        const before = planned[at - 1];
        return { ...step, after: before === undefined ? [] : [before.id] };
      });
    },
    steps: table.map(({ definition }) => definition),
  };
}
