import { needsUndo, stillChanged } from "@/contract/run-actions";
import type { ParkReason, Plan, PlannedStep, RunEvent, RunRequest, RunState } from "@/contract/run";
import {
  applyEvents,
  type CellProgress,
  cellOf,
  emptyProgress,
  isMoving,
  isSettled,
  isStopped,
  type RunProgress,
} from "@/contract/run-progress";
import { type Sentence, sentenceText, say } from "@/contract/sentence";

/** What should be going on now. Pure: the executor starts what is not going on yet and never decides by itself. */
export type Action =
  | { readonly kind: "perform"; readonly step: PlannedStep; readonly cell: string }
  | { readonly kind: "undo"; readonly step: PlannedStep; readonly cell: string }
  | {
      readonly kind: "settle";
      readonly state: RunState;
      readonly reason?: ParkReason;
      readonly because: Sentence | null;
    };

export const foldRun = (plan: Plan, events: readonly RunEvent[]): RunProgress =>
  applyEvents(emptyProgress(plan), events);

/** The reducer of the engine: plan and journal in, what to do out. */
export const nextActions = (plan: Plan, events: readonly RunEvent[]): readonly Action[] =>
  actionsFor(plan, foldRun(plan, events));

export function actionsFor(plan: Plan, progress: RunProgress): readonly Action[] {
  switch (progress.state) {
    case "planned":
      return [{ kind: "settle", state: "running", because: null }];
    case "running":
      return forward(plan, progress);
    case "pausing":
      return finishMoving(plan, progress) ?? [{ kind: "settle", state: "parked", reason: "paused", because: null }];
    case "cancelling":
      return finishMoving(plan, progress) ?? [afterCancel(plan, progress)];
    case "undoing":
      return backward(plan, progress);
    case "parked":
    case "undo-failed":
    case "succeeded":
    case "cancelled":
    case "undone":
      return [];
  }
}

/** Somebody else holds the cluster: what is at work comes to its end, nothing new begins. An undo must not turn into a resume. */
export function actionsWhileLocked(plan: Plan, progress: RunProgress, heldBy: Sentence): readonly Action[] {
  const { state } = progress;
  if (!movingStates.includes(state)) return [];
  if (state === "undoing") {
    const undoing = everyCell(plan).filter(([step, cell]) => cellOf(progress, step.id, cell).state === "undoing");
    if (undoing.length > 0) return undoing.map(([step, cell]) => ({ kind: "undo", step, cell }));
    return [{ kind: "settle", state: "undo-failed", because: heldBy }];
  }
  return (
    finishMoving(plan, progress) ?? [{ kind: "settle", state: "parked", reason: "cluster-locked", because: heldBy }]
  );
}

const movingStates: readonly RunState[] = ["planned", "running", "pausing", "cancelling", "undoing"];

/** Where a person's request takes the run. Whether it may be made is `mayRequest`'s business. */
export function stateAfterRequest(state: RunState, request: RunRequest["request"]): RunState {
  switch (request) {
    case "take":
      return state;
    case "pause":
      return "pausing";
    case "resume":
    case "retry":
      return "running";
    case "undo":
    case "undo-without":
      return "undoing";
    case "cancel":
      // Nothing is at work in these: the run ends here and leaves what it changed, listed in its report.
      return state === "planned" || state === "parked" || state === "undo-failed" ? "cancelled" : "cancelling";
  }
}

function forward(plan: Plan, progress: RunProgress): readonly Action[] {
  const anyStopped = everyCell(plan).some(([step, cell]) => isStopped(cellOf(progress, step.id, cell)));
  const actions: Action[] = [];
  let isHeld = false;
  for (const step of plan.steps) {
    const cells = step.cells.map((cell) => cellOf(progress, step.id, cell));
    const begun = cells.some((cell) => cell.attempt > 0 && !(cell.state === "pending"));
    // A begun step is taken to its barrier on every cell; after a failure nothing new begins.
    const waits = !begun && isReady(plan, step, progress) && holdsBefore(plan, step) > progress.holds;
    isHeld ||= waits;
    const mayBegin = isReady(plan, step, progress) && !waits && (begun || !anyStopped);
    for (const cell of step.cells) {
      const at = cellOf(progress, step.id, cell);
      if (isMoving(at) || (at.state === "pending" && (mayBegin || isRetried(at))))
        actions.push({ kind: "perform", step, cell });
    }
  }
  if (actions.length > 0) return actions;
  if (anyStopped)
    return [{ kind: "settle", state: "parked", reason: "step-failed", because: stoppedSentence(plan, progress) }];
  if (isHeld) return [{ kind: "settle", state: "parked", reason: "held", because: null }];
  return [{ kind: "settle", state: "succeeded", because: null }];
}

/** How many holds lie before this step begins, its own included; none for a step without one. */
const holdsBefore = (plan: Plan, step: PlannedStep): number =>
  step.holdBefore === true
    ? plan.steps.slice(0, plan.steps.indexOf(step) + 1).filter((each) => each.holdBefore).length
    : 0;

/** Pending with attempts behind it: a person asked for exactly this cell. */
const isRetried = (cell: CellProgress): boolean => cell.attempt > 0;

function isReady(plan: Plan, step: PlannedStep, progress: RunProgress): boolean {
  return step.after.every((id) => {
    const before = plan.steps.find((other) => other.id === id);
    return before === undefined || before.cells.every((cell) => isSettled(cellOf(progress, id, cell)));
  });
}

/** Cells already at work go on; null when none is. */
function finishMoving(plan: Plan, progress: RunProgress): readonly Action[] | null {
  const moving = everyCell(plan).filter(([step, cell]) => isMoving(cellOf(progress, step.id, cell)));
  return moving.length === 0 ? null : moving.map(([step, cell]) => ({ kind: "perform", step, cell }));
}

function afterCancel(plan: Plan, progress: RunProgress): Action {
  const left = stillChanged(plan, progress);
  if (left.length === 0) return { kind: "settle", state: "cancelled", because: say("nothing-changed") };
  return {
    kind: "settle",
    state: "parked",
    reason: "cancelled",
    because: say("changed-so-far", { cells: left.map(({ step, cell }) => `${step} on ${cell}`).join(", ") }),
  };
}

/** Reverse order: a step is undone when every step that came after it has nothing left to undo. */
function backward(plan: Plan, progress: RunProgress): readonly Action[] {
  const failed = everyCell(plan).some(([step, cell]) => cellOf(progress, step.id, cell).state === "undo-failed");
  const actions: Action[] = [];
  for (const step of plan.steps) {
    const isFree = laterSteps(plan, step).every((later) => !hasUndoWork(later, progress));
    for (const cell of step.cells) {
      const at = cellOf(progress, step.id, cell);
      if (at.state === "undoing" || (isFree && !failed && needsUndo(step, at)))
        actions.push({ kind: "undo", step, cell });
    }
  }
  if (actions.length > 0) return actions;
  const left = stillChanged(plan, progress).map(({ step, cell }) => `${step} on ${cell}`);
  if (failed)
    return [{ kind: "settle", state: "undo-failed", because: say("still-changed", { cells: left.join(", ") }) }];
  return [
    {
      kind: "settle",
      state: "undone",
      because: left.length === 0 ? null : say("stays-by-design", { cells: left.join(", ") }),
    },
  ];
}

const hasUndoWork = (step: PlannedStep, progress: RunProgress): boolean =>
  step.cells.some((cell) => needsUndo(step, cellOf(progress, step.id, cell)));

/** Every step that waits for this one, directly or through others. */
function laterSteps(plan: Plan, step: PlannedStep): readonly PlannedStep[] {
  const later = new Set([step.id]);
  for (let grown = true; grown; ) {
    const more = plan.steps.filter((other) => !later.has(other.id) && other.after.some((id) => later.has(id)));
    for (const other of more) later.add(other.id);
    grown = more.length > 0;
  }
  return plan.steps.filter((other) => other.id !== step.id && later.has(other.id));
}

const everyCell = (plan: Plan): (readonly [PlannedStep, string])[] =>
  plan.steps.flatMap((step) => step.cells.map((cell) => [step, cell] as const));

function stoppedSentence(plan: Plan, progress: RunProgress): string {
  return everyCell(plan)
    .flatMap(([step, cell]) => {
      const at = cellOf(progress, step.id, cell);
      return isStopped(at) ? [`${step.id} on ${cell}: ${at.error?.detail ?? sentenceText(at.reason ?? at.state)}`] : [];
    })
    .join("; ");
}
