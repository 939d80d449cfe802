import type { Plan, PlannedStep } from "@/contract/run";
import { cellElapsedSeconds } from "@/contract/run-estimate";
import { cellOf, isSettled, type RunProgress } from "@/contract/run-progress";

/** How long runs of one kind took that went through without a stop. */
export interface RunHistory {
  readonly runs: number;
  /** Null: none yet. */
  readonly medianSeconds: number | null;
  /** Of each step that ever did something. */
  readonly stepSeconds: Readonly<Record<string, number>>;
}

export const noHistory: RunHistory = { runs: 0, medianSeconds: null, stepSeconds: {} };

export interface PastRun {
  readonly plan: Pick<Plan, "steps">;
  readonly progress: RunProgress;
}

/** Medians: one night with a slow disk must not make every estimate of a year. */
export function historyOf(past: readonly PastRun[]): RunHistory {
  const totals: number[] = [];
  const steps = new Map<string, number[]>();
  for (const { plan, progress } of past) {
    const seconds = plan.steps.map((step) => [step.id, stepSeconds(step, progress)] as const);
    for (const [id, took] of seconds) steps.set(id, [...(steps.get(id) ?? []), took]);
    totals.push(seconds.reduce((sum, [, took]) => sum + took, 0));
  }
  return {
    runs: past.length,
    medianSeconds: median(totals),
    stepSeconds: Object.fromEntries([...steps].map(([id, all]) => [id, median(all) ?? 0])),
  };
}

/** Cells of a step run beside each other: the slowest is how long the step took. */
const stepSeconds = (step: PlannedStep, progress: RunProgress): number =>
  Math.max(0, ...step.cells.map((cell) => cellElapsedSeconds(cellOf(progress, step.id, cell), 0)));

/**
 * What is left, from what each step took before; a step that has never run counts with its soft timeout. Null without a history, or when
 * the run does not move: then nobody knows.
 */
export function remainingByHistory(
  plan: Pick<Plan, "steps">,
  progress: RunProgress,
  history: RunHistory,
  nowMs: number,
): number | null {
  if (history.runs === 0 || progress.state !== "running") return null;
  return plan.steps.reduce((sum, step) => {
    const usual = history.stepSeconds[step.id] ?? step.softTimeoutSeconds;
    const left = step.cells.map((name) => {
      const cell = cellOf(progress, step.id, name);
      return isSettled(cell) ? 0 : Math.max(0, usual - cellElapsedSeconds(cell, nowMs));
    });
    return sum + Math.max(0, ...left);
  }, 0);
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  const lower = sorted[middle - 1];
  return sorted.length % 2 === 1 || lower === undefined ? upper : (lower + upper) / 2;
}
