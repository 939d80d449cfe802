import { AppError } from "@/contract/errors";
import { commandsOfCell, type RunEventBody } from "@/contract/run";
import type { CellProgress } from "@/contract/run-progress";
import { mapSentence, say, type Sentence } from "@/contract/sentence";
import { deafStepGraceMs, endOrAbandon, type Pace, timeLimitMarginMs } from "@/server/engine/cell-control";
import {
  type CellPlace,
  type CellTools,
  type ContextMode,
  openContext,
  type OpenContext,
} from "@/server/engine/context";
import { judgeAttempt, leavesUnknown, type Looked, reportFailure } from "@/server/engine/failure";
import type { StepContext, StepDefinition } from "@/server/engine/step";

/**
 * One cell from where its journal stands to success, failure, blocked or unknown.
 *
 * - Nothing is sent to a node before `step-started` (and each `step-command`) is durable.
 * - An attempt found in the middle keeps its number: its units are re-attached by name; without units the node is looked at
 *   first, and only when the goal is not reached and the precheck says ready does `run` go again.
 * - Units of earlier attempts are ended before a new attempt looks at the node.
 */
export interface CellJob<TInput> {
  readonly definition: StepDefinition<TInput>;
  readonly place: CellPlace<TInput>;
  readonly tools: CellTools;
  readonly pace: Pace;
  /** A person has called its node gone for good: what it did is taken back without it. */
  readonly isGone: boolean;
  readonly current: () => CellProgress;
  /** The run is no longer ours, or the panel stops: leave everything as it is. */
  readonly abandon: AbortSignal;
  /** A person cancelled and the step says it may be ended in the middle. */
  readonly cancel: AbortSignal;
  /** False once a person cancelled: what has not begun does not begin. */
  readonly mayStart: () => boolean;
}

/** A lost answer is followed by at most this many new attempts on their own; more would hide a flapping node. */
const automaticAttempts = 2;

export async function performCell<TInput>(job: CellJob<TInput>): Promise<void> {
  const found = job.current();
  let attempt = found.state === "pending" ? found.attempt + 1 : found.attempt;
  let goesOn = found.state === "running" || found.state === "verifying" ? await takeUp(job, attempt) : null;
  if (goesOn === "settled") return;
  if (found.state === "pending") await job.tools.append([{ kind: "step-checking", ...at(job, attempt) }]);
  for (let automatic = 0; ; automatic += 1) {
    goesOn ??= await check(job, attempt);
    if (goesOn === "settled") return;
    const next = await act(job, attempt, automatic < automaticAttempts);
    if (next === "settled") return;
    attempt += 1;
    goesOn = null;
  }
}

type Verdict = "act" | "settled";

const at = <T>(job: CellJob<T>, attempt: number) => ({
  step: job.place.step.id,
  cell: job.place.cell,
  attempt,
});

/** An attempt that was begun by somebody before us, or whose answer was lost. */
async function takeUp<T>(job: CellJob<T>, attempt: number): Promise<Verdict> {
  if (unitsOf(job, attempt).length > 0) return "act";
  await job.tools.append([{ kind: "step-verifying", ...at(job, attempt) }]);
  const looked = await look(job, attempt, (context) => job.definition.verify(context));
  if ("error" in looked) {
    const kind = leavesUnknown(looked.error) ? "step-unknown" : "step-failed";
    await job.tools.append([{ kind, ...at(job, attempt), error: failure(job, looked.error) }]);
    return "settled";
  }
  if (looked.value.reached) {
    await job.tools.append([succeeded(job, attempt, looked.value, false)]);
    return "settled";
  }
  return check(job, attempt);
}

async function check<T>(job: CellJob<T>, attempt: number): Promise<Verdict> {
  const { tools, definition, place } = job;
  const looked = await look(job, attempt, async (context) => {
    await endUnits(job, attempt);
    return definition.precheck(context);
  });
  if ("error" in looked) {
    await tools.append([{ kind: "step-failed", ...at(job, attempt), error: failure(job, looked.error) }]);
    return "settled";
  }
  const verdict = looked.value;
  const checked = { kind: "step-checked", ...at(job, attempt), verdict: verdict.kind } as const;
  switch (verdict.kind) {
    case "already":
      await tools.append([{ ...checked, reason: null }, succeeded(job, attempt, verdict, !job.current().changed)]);
      return "settled";
    case "blocked":
      await tools.append([{ ...checked, reason: mapSentence(verdict.reason, tools.scrub) }]);
      return "settled";
    case "ready": {
      const { cell, step } = place;
      const commands = commandsOfCell(step.commands, cell);
      const started: RunEventBody = { kind: "step-started", ...at(job, attempt), commands };
      if (!job.mayStart()) {
        const error = failure(job, new AppError("cancelled", say("step-never-began", { step: step.id, cell })));
        await tools.append([{ kind: "step-failed", ...at(job, attempt), error }]);
        return "settled";
      }
      await tools.append([{ ...checked, reason: null }, started]);
      return "act";
    }
  }
}

async function act<T>(job: CellJob<T>, attempt: number, mayRepeat: boolean): Promise<"again" | "settled"> {
  const { tools, definition, place, cancel } = job;
  const opened = open(job, "act", attempt, [cancel]);
  let runError: unknown = null;
  try {
    await endOrAbandon(definition.run(opened.context), opened.context.signal, deafStepGraceMs);
  } catch (error) {
    job.abandon.throwIfAborted();
    runError = error;
  }
  const wasCancelled = cancel.aborted;
  const timedOut = opened.context.signal.aborted && !wasCancelled;
  await tools.append([{ kind: "step-verifying", ...at(job, attempt) }]);
  if (wasCancelled) runError = (await endUnits(job, attempt + 1).catch((error: unknown) => error)) ?? runError;
  const looked = await look(job, attempt, (context) => definition.verify(context));
  const judgement = judgeAttempt({
    looked: "error" in looked ? looked : ({ verification: looked.value } satisfies Looked),
    runError,
    lost: opened.lostAnswer(),
    wasCancelled,
    timedOut,
    hasUnits: unitsOf(job, attempt).length > 0,
    place: { step: place.step.id, cell: place.cell },
  });
  switch (judgement.kind) {
    case "succeeded":
      await tools.append([succeeded(job, attempt, judgement.seen, false)]);
      return "settled";
    case "unknown":
      await tools.append([{ kind: "step-unknown", ...at(job, attempt), error: failure(job, judgement.error) }]);
      return "settled";
    case "failed":
    case "again": {
      const failed = { kind: "step-failed", ...at(job, attempt), error: failure(job, judgement.error) } as const;
      const repeat = judgement.kind === "again" && mayRepeat;
      // One write: a crash in between must not leave a failed cell that nobody would take up again.
      await tools.append(repeat ? [failed, { kind: "step-checking", ...at(job, attempt + 1) }] : [failed]);
      return repeat ? "again" : "settled";
    }
  }
}

/** Reads with patience: a lost answer is asked for again, because looking harms nobody. */
async function look<T, TSeen>(
  job: CellJob<T>,
  attempt: number,
  see: (context: StepContext<T>) => Promise<TSeen>,
): Promise<{ value: TSeen } | { error: unknown }> {
  for (const waitMs of [...job.pace.lookAgainMs, null]) {
    try {
      const { context } = open(job, "look", attempt, []);
      return { value: await endOrAbandon(see(context), context.signal, deafStepGraceMs) };
    } catch (error) {
      job.abandon.throwIfAborted();
      if (waitMs === null || !leavesUnknown(error)) return { error };
      await job.pace.sleep(waitMs);
    }
  }
  return { error: new AppError("internal", "unreachable: the last look has no wait") };
}

export function open<T>(
  job: Pick<CellJob<T>, "place" | "tools" | "pace" | "abandon">,
  mode: ContextMode,
  attempt: number,
  signals: readonly AbortSignal[],
): OpenContext<T> {
  const limitMs = job.place.step.timeoutSeconds * 1000;
  const signal = AbortSignal.any([job.abandon, ...signals, AbortSignal.timeout(limitMs + timeLimitMarginMs)]);
  return openContext(job.place, job.tools, { mode, attempt, signal, deadlineMs: job.pace.elapsedMs() + limitMs });
}

/** Ends what attempts before `attempt` left at work on any node; on return it is seen to be gone. */
async function endUnits<T>(job: CellJob<T>, attempt: number): Promise<void> {
  for (const unit of job.current().units.filter((started) => started.attempt < attempt)) {
    const { context } = open(job, "act", attempt - 1, []);
    await context.host(unit.node).stopDetached({ run: job.place.runId, step: unit.step, attempt: unit.attempt });
  }
}

const unitsOf = <T>(job: CellJob<T>, attempt: number) => job.current().units.filter((unit) => unit.attempt === attempt);

const failure = <T>(job: CellJob<T>, error: unknown) =>
  reportFailure(error, { step: job.place.step.id, cell: job.place.cell }, job.tools.scrub);

const succeeded = <T>(
  job: CellJob<T>,
  attempt: number,
  seen: { observed: Sentence; result?: unknown },
  notNeeded: boolean,
) =>
  ({
    kind: "step-succeeded",
    ...at(job, attempt),
    observed: mapSentence(seen.observed, job.tools.scrub),
    notNeeded,
    ...(seen.result === undefined ? {} : { result: seen.result }),
  }) as const;
