import type { Plan, RunRequest, RunState } from "@/contract/run";
import { cellOf, isSettled, isStopped, type RunProgress } from "@/contract/run-progress";

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
  }
}

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
