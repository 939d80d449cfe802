import {
  drillInputSchema,
  drillResultSchema,
  drillResultStep,
  type DrillInput,
  type DrillResult,
} from "@/contract/drill";
import { type RunState, runEventBodySchema, runStateSchema } from "@/contract/run";
import { database } from "@/server/database/client";

export interface Drill {
  readonly runId: string;
  readonly state: RunState;
  readonly actor: string;
  readonly at: Date;
  readonly input: DrillInput;
  /** Null: not measured, because it is still going on, was given up, or there was no recovery to measure. */
  readonly result: DrillResult | null;
}

/** Newest first. A drill is its run; what it measured is the result of one of the run's steps, so there is no second truth. */
export async function drillsOf(clusterId: string, limit: number): Promise<Drill[]> {
  const rows = await database().run.findMany({
    where: { clusterId, kind: "drill" },
    orderBy: { createdAt: "desc" },
    take: limit,
    select: { id: true, state: true, actor: true, createdAt: true, input: true },
  });
  const ends = await database().runEvent.findMany({
    where: { runId: { in: rows.map(({ id }) => id) }, kind: "step-succeeded" },
    select: { runId: true, body: true },
  });
  const results = new Map<string, DrillResult>();
  for (const { runId, body } of ends) {
    const event = runEventBodySchema.parse(JSON.parse(body));
    if (event.kind !== "step-succeeded" || event.step !== drillResultStep) continue;
    const result = drillResultSchema.safeParse(event.result);
    if (result.success) results.set(runId, result.data);
  }
  return rows.map((row) => ({
    runId: row.id,
    state: runStateSchema.parse(row.state),
    actor: row.actor,
    at: row.createdAt,
    input: drillInputSchema.parse(JSON.parse(row.input)),
    result: results.get(row.id) ?? null,
  }));
}
