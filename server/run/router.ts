import { tracked } from "@trpc/server";
import { z } from "zod";
import type { Actor } from "@/contract/account";
import type { AuditAction } from "@/contract/audit";
import { AppError } from "@/contract/errors";
import type { RunRequest } from "@/contract/run";
import { recordAudit } from "@/server/audit/service";
import { followRun } from "@/server/run/events";
import { runReport } from "@/server/run/report";
import { activeRuns, getRun, getRunSummary, listRuns, requestRun, runHistory, runProgress } from "@/server/run/service";
import { operatorProcedure, router, signedInProcedure } from "@/server/trpc/init";

const ofRun = z.object({ runId: z.string() });
const ofCell = ofRun.extend({ step: z.string(), cell: z.string() });

const auditActions: Record<RunRequest["request"], AuditAction> = {
  pause: "run-paused",
  resume: "run-resumed",
  retry: "run-resumed",
  cancel: "run-cancelled",
  undo: "run-undone",
  "undo-without": "run-undone",
  take: "run-taken",
};

async function ask(
  ctx: { actor: Actor; address: string | null },
  runId: string,
  request: RunRequest["request"],
  at: { step: string | null; cell: string } | null = null,
): Promise<void> {
  const subject = { actor: ctx.actor, address: ctx.address };
  const what = { target: `run:${runId}`, facts: at ?? {} };
  const { username } = ctx.actor;
  try {
    await requestRun(runId, { request, actor: username, step: at?.step ?? null, cell: at?.cell ?? null });
  } catch (error) {
    const outcome = error instanceof AppError ? "refused" : "failed";
    await recordAudit(subject, auditActions[request], { ...what, outcome });
    throw error;
  }
  await recordAudit(subject, auditActions[request], what);
}

export const runRouter = router({
  get: signedInProcedure.input(ofRun).query(({ input }) => getRun(input.runId)),

  /** Without its plan, which may be hundreds of kilobytes. */
  summary: signedInProcedure.input(ofRun).query(({ input }) => getRunSummary(input.runId)),

  list: signedInProcedure
    .input(
      z.object({
        clusterId: z.string().optional(),
        activeOnly: z.boolean().default(false),
        limit: z.number().int().min(1).max(200).default(50),
      }),
    )
    .query(({ input }) => listRuns(input)),

  /** Everything after the last event the browser has seen, then live. Each message is a batch, tracked by its last number. */
  events: signedInProcedure.input(ofRun.extend({ lastEventId: z.string().nullish() })).subscription(async function* ({
    input,
    signal,
  }) {
    await getRun(input.runId);
    const after = z.coerce
      .number()
      .int()
      .min(0)
      .catch(0)
      .parse(input.lastEventId ?? 0);
    const ended = signal ?? new AbortController().signal;
    for await (const batch of followRun(input.runId, after, ended)) {
      const last = batch.at(-1);
      if (last !== undefined) yield tracked(String(last.seq), batch);
    }
  }),

  history: signedInProcedure.input(ofRun).query(({ input }) => runHistory(input.runId)),

  /** Under way now, with how far each is: what every page shows in its corner. */
  active: signedInProcedure.query(() => activeRuns()),

  /** The fold of the whole journal: for scripts that ask instead of following. */
  progress: signedInProcedure.input(ofRun).query(async ({ input }) => (await runProgress(input.runId)).progress),

  report: signedInProcedure.input(ofRun).query(({ input }) => runReport(input.runId)),

  pause: operatorProcedure.input(ofRun).mutation(({ ctx, input }) => ask(ctx, input.runId, "pause")),
  resume: operatorProcedure.input(ofRun).mutation(({ ctx, input }) => ask(ctx, input.runId, "resume")),
  cancel: operatorProcedure.input(ofRun).mutation(({ ctx, input }) => ask(ctx, input.runId, "cancel")),
  undo: operatorProcedure.input(ofRun).mutation(({ ctx, input }) => ask(ctx, input.runId, "undo")),
  /** The node is gone for good: the others take back what they know of it. */
  undoWithout: operatorProcedure
    .input(ofRun.extend({ node: z.string() }))
    .mutation(({ ctx, input }) => ask(ctx, input.runId, "undo-without", { step: null, cell: input.node })),
  /** From now on it is the caller's; the one before reads so on the run's page. */
  take: operatorProcedure.input(ofRun).mutation(({ ctx, input }) => ask(ctx, input.runId, "take")),
  retryStep: operatorProcedure.input(ofCell).mutation(({ ctx, input }) => ask(ctx, input.runId, "retry", input)),
});
