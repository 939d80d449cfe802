import { unansweredCodes } from "@/contract/errors";
import {
  clusterCell,
  commandsOfCell,
  type Plan,
  type PlannedCommand,
  type PlannedStep,
  type RunRequest,
  type RunState,
} from "@/contract/run";
import { cellOf, type CellProgress, isSettled, isStopped, type RunProgress } from "@/contract/run-progress";

/** May this be asked of the run now, and why not. Buttons, the server and the engine call the same function. */
export type RunActionVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly because: RefusalCode; readonly facts: Readonly<Record<string, string>> };

export const refusalCodes = [
  "run-is-over",
  "run-not-moving",
  "run-not-waiting",
  "already-asked",
  "cell-not-stopped",
  "nothing-changed",
  "past-point-of-no-return",
  "undo-in-progress",
  "node-not-lost",
  "undo-needs-node",
  "held-by-other",
  "held-by-you",
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

const allowed: RunActionVerdict = { allowed: true };
const refused = (because: RefusalCode, facts: Record<string, string> = {}): RunActionVerdict => ({
  allowed: false,
  because,
  facts,
});

const overStates: readonly RunState[] = ["succeeded", "cancelled", "undone"];

export function mayRequest(
  plan: Pick<Plan, "steps">,
  progress: RunProgress,
  wanted: Pick<RunRequest, "request" | "step" | "cell"> & {
    /** Who asks. Not given: whoever holds it. */
    readonly actor?: string;
  },
): RunActionVerdict {
  const { state, holder } = progress;
  if (overStates.includes(state)) return refused("run-is-over", { state });
  const isOthers = wanted.actor !== undefined && holder !== null && holder !== wanted.actor;
  if (wanted.request === "take") return isOthers ? allowed : refused("held-by-you");
  // Two people who act on one run undo each other's work: one holds it, and another takes it over first, seen by all.
  if (isOthers) return refused("held-by-other", { holder });
  switch (wanted.request) {
    case "pause":
      if (state === "pausing") return refused("already-asked");
      return state === "running" || state === "planned" ? allowed : refused("run-not-moving", { state });
    case "resume":
      return state === "parked" || state === "pausing" ? allowed : refused("run-not-waiting", { state });
    case "retry":
      if (state !== "parked") return refused("run-not-waiting", { state });
      if (wanted.step === null || wanted.cell === null) return refused("cell-not-stopped");
      return isStopped(cellOf(progress, wanted.step, wanted.cell)) ? allowed : refused("cell-not-stopped");
    case "cancel":
      if (state === "cancelling") return refused("already-asked");
      return state === "undoing" ? refused("undo-in-progress") : allowed;
    case "undo":
      return mayUndo(plan, progress);
    case "undo-without":
      return mayUndoWithout(plan, progress, wanted.cell);
  }
}

/** A cell of a run that is taken back, and has not been yet. */
export const needsUndo = (step: PlannedStep, cell: CellProgress): boolean =>
  changesNode(step.id) && step.undo.kind === "commands" && cell.changed && cell.state !== "undone";

/** Nobody gives a machine up that was not asked first, nor one whose part of the work only it can take back. */
function mayUndoWithout(plan: Pick<Plan, "steps">, progress: RunProgress, node: string | null): RunActionVerdict {
  if (progress.state !== "undo-failed") return refused("run-not-waiting", { state: progress.state });
  if (node === null || !isLost(plan, progress, node)) return refused("node-not-lost", { node: node ?? "" });
  const bound = plan.steps.find(
    (step) =>
      step.cells.includes(node) &&
      needsUndo(step, cellOf(progress, step.id, node)) &&
      (step.undo.kind === "none" || step.undo.withoutNode === undefined),
  );
  return bound === undefined ? allowed : refused("undo-needs-node", { node, step: bound.id });
}

function isLost(plan: Pick<Plan, "steps">, progress: RunProgress, node: string): boolean {
  const cells = plan.steps.filter(({ cells: all }) => all.includes(node)).map(({ id }) => cellOf(progress, id, node));
  return cells.some(
    ({ state, error }) => state === "undo-failed" && unansweredCodes.includes(error?.code ?? "internal"),
  );
}

/** What the others still do for a node that is gone for good, in the order of the undo. */
export const undoneElsewhere = (plan: Pick<Plan, "steps">, progress: RunProgress, node: string): PlannedCommand[] =>
  plan.steps.toReversed().flatMap((step) => {
    const isOpen = step.cells.includes(node) && needsUndo(step, cellOf(progress, step.id, node));
    return isOpen && step.undo.kind === "commands" ? commandsOfCell(step.undo.withoutNode ?? [], node) : [];
  });

/** Nodes whose undo failed because nothing answered there. */
export const lostNodes = (plan: Pick<Plan, "steps">, progress: RunProgress): string[] =>
  [...new Set(plan.steps.flatMap(({ cells }) => cells))].filter(
    (node) => node !== clusterCell && isLost(plan, progress, node),
  );

function mayUndo(plan: Pick<Plan, "steps">, progress: RunProgress): RunActionVerdict {
  if (progress.state === "undoing") return refused("already-asked");
  if (progress.state !== "parked" && progress.state !== "undo-failed")
    return refused("run-not-waiting", { state: progress.state });
  const changed = plan.steps.filter((step) => step.cells.some((cell) => cellOf(progress, step.id, cell).changed));
  const final = changed.find((step) => step.pointOfNoReturn);
  if (final !== undefined) return refused("past-point-of-no-return", { step: final.id });
  return changed.some((step) => changesNode(step.id)) ? allowed : refused("nothing-changed");
}

/** `verify-` steps only look: there is nothing of theirs to take back. */
export const changesNode = (stepId: string): boolean => stepId.startsWith("ensure-");

/** What this run did that is still there: the list a person needs when a run ends otherwise than by success. */
export function stillChanged(
  plan: Pick<Plan, "steps">,
  progress: RunProgress,
): { step: string; cell: string; certain: boolean; leftChanged: readonly string[] }[] {
  return plan.steps.flatMap((step) =>
    step.cells.flatMap((cell) => {
      const at = cellOf(progress, step.id, cell);
      if (!changesNode(step.id) || !at.changed || at.state === "undone") return [];
      return [{ step: step.id, cell, certain: isSettled(at), leftChanged: at.leftChanged }];
    }),
  );
}
