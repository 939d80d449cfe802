import { commandsOfCell } from "@/contract/run";
import { mapSentence, sentenceText } from "@/contract/sentence";
import { deafStepGraceMs, endOrAbandon } from "@/server/engine/cell-control";
import { leavesUnknown, reportFailure } from "@/server/engine/failure";
import { type CellJob, open } from "@/server/engine/perform-cell";

/** Takes one cell back. An undo found in the middle keeps its number, so its units are re-attached; undo steps converge. */
export async function undoCell<TInput>(job: CellJob<TInput>): Promise<void> {
  const { place, tools, definition } = job;
  const found = job.current();
  const attempt = found.state === "undoing" ? found.undoAttempt : found.undoAttempt + 1;
  const at = { step: place.step.id, cell: place.cell, attempt };
  if (found.state !== "undoing") await tools.append([{ kind: "step-undo-started", ...at }]);

  for (const waitMs of [...job.pace.lookAgainMs, null]) {
    try {
      const { context } = open(job, "undo", attempt, []);
      await endForwardUnits(job, attempt);
      if (definition.undo === undefined) throw new Error(`${place.step.id} has undo commands in its plan but no undo`);
      const { observed } = await endOrAbandon(definition.undo(context), context.signal, deafStepGraceMs);
      await tools.append([{ kind: "step-undone", ...at, observed: mapSentence(observed, tools.scrub) }]);
      return;
    } catch (error) {
      job.abandon.throwIfAborted();
      if (waitMs !== null && leavesUnknown(error)) {
        await job.pace.sleep(waitMs);
        continue;
      }
      const report = reportFailure(error, { step: place.step.id, cell: place.cell }, tools.scrub);
      await tools.append([{ kind: "step-undo-failed", ...at, error: report, leftChanged: byHand(job) }]);
      return;
    }
  }
}

/** Work of the step itself must not go on beside its undo; units of this undo attempt are re-attached instead. */
async function endForwardUnits<T>(job: CellJob<T>, attempt: number): Promise<void> {
  const prefix = `${job.place.step.id}-${job.place.cell}-undo`;
  for (const unit of job.current().units) {
    if (unit.step.startsWith(prefix) && unit.attempt === attempt) continue;
    const { context } = open(job, "undo", attempt, []);
    await context.host(unit.node).stopDetached({ run: job.place.runId, step: unit.step, attempt: unit.attempt });
  }
}

/** The commands with which a person finishes the undo. */
function byHand<T>(job: CellJob<T>): string[] {
  const { undo } = job.place.step;
  if (undo.kind === "none") return [sentenceText(undo.because)];
  return commandsOfCell(undo.commands, job.place.cell).map(({ node, text }) => `${node}: ${text}`);
}
