import type { Plan, PlannedStep } from "@/contract/run";
import { type CellProgress, cellOf, isMoving, isSettled, type RunProgress } from "@/contract/run-progress";

/** How far a run is and how long it still takes. Weights are the soft timeouts: what each step usually stays below. */
export interface RunEstimate {
  /** 0…1 of the expected work. */
  readonly fraction: number;
  readonly elapsedSeconds: number;
  /** Null when the run stands still, is over, or too little is done to say. */
  readonly remainingSeconds: number | null;
  readonly stepsDone: number;
  readonly stepsTotal: number;
}

/** Below this share of the work an estimate is a guess; showing it would make the number jump. */
const leastFractionForEstimate = 0.02;

export function estimateRun(plan: Pick<Plan, "steps">, progress: RunProgress, nowMs: number): RunEstimate {
  let total = 0;
  let done = 0;
  let stepsDone = 0;
  for (const step of plan.steps) {
    const weight = Math.max(1, step.softTimeoutSeconds);
    const shares = step.cells.map((cell) => cellShare(step, cellOf(progress, step.id, cell), nowMs));
    total += weight;
    // Cells run beside each other: the slowest one is how far the step is.
    done += weight * Math.min(...shares);
    if (shares.every((share) => share === 1)) stepsDone += 1;
  }
  const fraction = total === 0 ? 0 : done / total;
  const elapsedSeconds = runElapsedSeconds(progress, nowMs);
  const busySeconds = workedSeconds(plan, progress, nowMs);
  const moving = progress.state === "running" && fraction >= leastFractionForEstimate && fraction < 1;
  return {
    fraction,
    elapsedSeconds,
    remainingSeconds: moving ? (busySeconds * (1 - fraction)) / fraction : null,
    stepsDone,
    stepsTotal: plan.steps.length,
  };
}

function cellShare(step: PlannedStep, cell: CellProgress, nowMs: number): number {
  if (isSettled(cell)) return 1;
  if (!isMoving(cell) || cell.state === "undoing") return 0;
  if (cell.fraction !== null) return Math.min(0.99, cell.fraction);
  return Math.min(0.9, cellElapsedSeconds(cell, nowMs) / Math.max(1, step.softTimeoutSeconds));
}

export function cellElapsedSeconds(cell: CellProgress, nowMs: number): number {
  if (cell.startedAt === null) return 0;
  const endMs = cell.endedAt === null ? nowMs : Date.parse(cell.endedAt);
  return Math.max(0, (endMs - Date.parse(cell.startedAt)) / 1000);
}

function runElapsedSeconds(progress: RunProgress, nowMs: number): number {
  if (progress.createdAt === null) return 0;
  const endMs = progress.endedAt === null ? nowMs : Date.parse(progress.endedAt);
  return Math.max(0, (endMs - Date.parse(progress.createdAt)) / 1000);
}

/** Time in which steps were at work; a run parked over night is not slow. */
function workedSeconds(plan: Pick<Plan, "steps">, progress: RunProgress, nowMs: number): number {
  return plan.steps.reduce((sum, step) => {
    const cells = step.cells.map((cell) => cellElapsedSeconds(cellOf(progress, step.id, cell), nowMs));
    return sum + Math.max(0, ...cells);
  }, 0);
}

/** Longer than it took before by half, and by more than a busy machine explains. */
const slowFactor = 1.5;
const slowGraceSeconds = 10;

/** The soft-timeout sentence is due: how long it usually takes, or stays below where it never ran before, and how long it takes now. */
export function slowerThanUsual(
  step: PlannedStep,
  cell: CellProgress,
  nowMs: number,
  /** From runs before; null: there is none. */
  tookSeconds: number | null = null,
): { usualSeconds: number; elapsedSeconds: number } | null {
  if (!isMoving(cell)) return null;
  const elapsedSeconds = cellElapsedSeconds(cell, nowMs);
  const usualSeconds = tookSeconds ?? step.softTimeoutSeconds;
  const due = tookSeconds === null ? usualSeconds : Math.max(tookSeconds * slowFactor, tookSeconds + slowGraceSeconds);
  return elapsedSeconds > due ? { usualSeconds, elapsedSeconds } : null;
}
