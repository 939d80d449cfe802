import { AppError } from "@/contract/errors";
import type { Plan, PlannedStep, RunRequest } from "@/contract/run";
import { mayRequest } from "@/contract/run-actions";
import { estimateRun } from "@/contract/run-estimate";
import { historyOf, type RunHistory } from "@/contract/run-history";
import { cellOf, isMoving, isStopped, type RunProgress } from "@/contract/run-progress";
import { say } from "@/contract/sentence";
import type { NewRunRequest, RunEngine } from "@/server/engine/run-engine";
import { foldRun } from "@/server/engine/schedule";
import { replaceInProcess, oncePerProcess } from "@/server/process";
import { findRunSummary, listRunSummaries, runStore, type RunSummary, stepEvents } from "@/server/run/store";

const slot = "run-engine";

/** The composition root says which engine drives this panel's runs. */
export const installRunEngine = (engine: RunEngine): void => replaceInProcess(slot, engine);

const runEngine = (): RunEngine =>
  oncePerProcess(slot, (): RunEngine => {
    throw new AppError("internal", "The run engine was asked before the panel had started.");
  });

/** What will be done, with the digest of the facts it was made from. Nothing is stored. */
export const planRun = (kind: NewRunRequest["kind"], clusterId: string, input: unknown): Plan =>
  runEngine().makePlan(kind, clusterId, input);

export const startRun = (request: NewRunRequest): Promise<{ runId: string; created: boolean }> =>
  runEngine().start(request);

/** As it was given when the run was made; whoever knows the kind parses it. */
export async function runInput(runId: string): Promise<unknown> {
  const stored = await runStore.load(runId);
  if (stored === null) throw noSuchRun(runId);
  return stored.input;
}

export interface RunView extends RunSummary {
  readonly plan: Plan;
  readonly lastSeq: number;
}

export async function getRun(runId: string): Promise<RunView> {
  const [summary, stored] = await Promise.all([findRunSummary(runId), runStore.load(runId)]);
  if (summary === null || stored === null) throw noSuchRun(runId);
  return { ...summary, plan: stored.plan, lastSeq: stored.lastSeq };
}

export async function getRunSummary(runId: string): Promise<RunSummary> {
  const summary = await findRunSummary(runId);
  if (summary === null) throw noSuchRun(runId);
  return summary;
}

export const listRuns = listRunSummaries;

/** Refused with the same reason the button shows. */
export async function requestRun(runId: string, request: RunRequest): Promise<void> {
  const { plan, progress } = await runProgress(runId);
  const verdict = mayRequest(plan, progress, request);
  if (!verdict.allowed)
    throw new AppError("blocked", say("run-refuses", { request: request.request, because: verdict.because }), {
      facts: { request: request.request, because: verdict.because, ...verdict.facts },
    });
  await runEngine().request(runId, request);
}

export async function runProgress(runId: string): Promise<{ plan: Plan; progress: RunProgress }> {
  const found = await findRun(runId);
  if (found === null) throw noSuchRun(runId);
  return found;
}

/** Null: this panel's journal does not know it. Another panel's run is named by what it left on the nodes. */
export async function findRun(runId: string): Promise<{ plan: Plan; progress: RunProgress } | null> {
  const stored = await runStore.load(runId);
  return stored === null ? null : { plan: stored.plan, progress: foldRun(stored.plan, await stepEvents(runId)) };
}

/** Runs looked back on: enough for a median, few enough to fold while somebody waits. */
const historyRuns = 8;

/** How long runs of the same kind took on this cluster that needed nobody. */
export async function runHistory(runId: string): Promise<RunHistory> {
  const { kind, clusterId } = await getRun(runId);
  const past = await listRuns({ clusterId, kind, state: "succeeded", limit: historyRuns + 1 });
  const others = past.filter(({ id }) => id !== runId).slice(0, historyRuns);
  return historyOf(await Promise.all(others.map(({ id }) => runProgress(id))));
}

/** More at once than there are clusters anybody has in one panel. */
const activeRunsMax = 20;

export interface ActiveRun extends RunSummary {
  /** 0…1 of the expected work. */
  readonly fraction: number;
  /** The first step at work or standing still; null: between two steps. */
  readonly step: string | null;
}

/** What moves or waits for somebody, and how far it is. */
export async function activeRuns(): Promise<ActiveRun[]> {
  const runs = await listRuns({ activeOnly: true, limit: activeRunsMax });
  return await Promise.all(
    runs.map(async (run) => {
      const { plan, progress } = await runProgress(run.id);
      const { fraction } = estimateRun(plan, progress, Date.now());
      const isHere = (step: PlannedStep) =>
        step.cells.some((name) => {
          const cell = cellOf(progress, step.id, name);
          return isMoving(cell) || isStopped(cell);
        });
      return { ...run, fraction, step: plan.steps.find(isHere)?.id ?? null };
    }),
  );
}

const noSuchRun = (runId: string): AppError =>
  new AppError("not-found", say("no-run", { id: runId }), { facts: { what: "run", id: runId } });
