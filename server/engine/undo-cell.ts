import { commandsOfCell } from "@/contract/run";
import { mapSentence, say, type Sentence, sentenceText } from "@/contract/sentence";
import { deafStepGraceMs, endOrAbandon } from "@/server/engine/cell-control";
import { leavesUnknown, reportFailure } from "@/server/engine/failure";
import { type CellJob, open } from "@/server/engine/perform-cell";

/** Takes one cell back. An undo found in the middle keeps its number, so its units are re-attached; undo steps converge. */
export async function undoCell<TInput>(job: CellJob<TInput>): Promise<void> {
  const { place, tools } = job;
  const found = job.current();
  const attempt = found.state === "undoing" ? found.undoAttempt : found.undoAttempt + 1;
  const at = { step: place.step.id, cell: place.cell, attempt };
  if (found.state !== "undoing") await tools.append([{ kind: "step-undo-started", ...at }]);

  for (const waitMs of [...job.pace.lookAgainMs, null]) {
    try {
      const isAway = job.isGone && !(await answers(job, attempt));
      const observed = await (isAway ? takeBackElsewhere(job, attempt) : takeBack(job, attempt));
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

async function takeBack<TInput>(job: CellJob<TInput>, attempt: number): Promise<Sentence> {
  const { definition, place } = job;
  const { context } = open(job, "undo", attempt, []);
  await endForwardUnits(job, attempt, () => true);
  if (definition.undo === undefined) throw new Error(`${place.step.id} has undo commands in its plan but no undo`);
  return (await endOrAbandon(definition.undo(context), context.signal, deafStepGraceMs)).observed;
}

/** Called gone by a person, and yet there: then it is taken back like any other. */
async function answers<TInput>(job: CellJob<TInput>, attempt: number): Promise<boolean> {
  try {
    const { context } = open(job, "look", attempt, []);
    await endOrAbandon(context.command(["true"]), context.signal, deafStepGraceMs);
    return true;
  } catch (error) {
    job.abandon.throwIfAborted();
    if (leavesUnknown(error)) return false;
    throw error;
  }
}

/** What lies on the machine is gone with it; what the others know of it is taken back there. */
async function takeBackElsewhere<TInput>(job: CellJob<TInput>, attempt: number): Promise<Sentence> {
  const { definition, place } = job;
  const node = place.cell;
  await endForwardUnits(job, attempt, (each) => each !== node);
  if (definition.undoWithoutNode === undefined) return say("undone-with-its-node", { node });
  const { context } = open(job, "undo", attempt, []);
  const { observed } = await endOrAbandon(definition.undoWithoutNode(context), context.signal, deafStepGraceMs);
  return say("undone-without-node", { node, observed });
}

/** Work of the step itself must not go on beside its undo; units of this undo attempt are re-attached instead. */
async function endForwardUnits<T>(job: CellJob<T>, attempt: number, isMeant: (node: string) => boolean): Promise<void> {
  const prefix = `${job.place.step.id}-${job.place.cell}-undo`;
  for (const unit of job.current().units) {
    if (!isMeant(unit.node)) continue;
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
