import { z } from "zod";
import type { TakenDown } from "@/contract/cluster-status";
import { wholeCluster } from "@/contract/maintenance-subject";
import type { ProcedureKind, RunState } from "@/contract/run";
import { findRun, listRuns, runInput } from "@/server/run/service";

export interface DownOrUp {
  readonly id: string;
  readonly kind: ProcedureKind;
  readonly state: RunState;
  readonly actor: string;
  readonly at: string;
  readonly subject: string;
  /** Of a run on the way down: some machine has been told to switch off. */
  readonly wentDark: boolean;
}

/** Newest first. A run up counts once it has succeeded: until then the machines are still down on purpose. */
export function takenDown(runs: readonly DownOrUp[]): TakenDown[] {
  const settled = new Set<string>();
  const down: TakenDown[] = [];
  for (const { id, kind, state, actor, at, subject, wentDark } of runs) {
    if (settled.has(subject) || (settled.has(wholeCluster) && subject !== wholeCluster)) continue;
    const isUp = kind === "node-up" || kind === "cluster-up";
    if (isUp && state === "succeeded") settled.add(subject);
    if (isUp || !wentDark) continue;
    settled.add(subject);
    down.push({ subject, runId: id, actor, at });
  }
  return down;
}

const subjectSchema = z.object({ subject: z.string() });
const kinds: readonly ProcedureKind[] = ["node-down", "node-up", "cluster-down", "cluster-up"];
/** Whoever took something down and then made more runs than this has other sources; more only makes each look slower. */
const runsLookedThrough = 40;

export async function takenDownIn(clusterId: string): Promise<TakenDown[]> {
  const found = (await listRuns({ clusterId, limit: runsLookedThrough })).filter(({ kind }) => kinds.includes(kind));
  if (!found.some(({ kind }) => kind.endsWith("-down"))) return [];
  const runs = await Promise.all(
    found.map(async ({ id, kind, state, actor, createdAt, finishedAt }): Promise<DownOrUp> => {
      const { subject } = subjectSchema.parse(await runInput(id));
      const at = (finishedAt ?? createdAt).toISOString();
      return {
        id,
        kind,
        state,
        actor,
        at,
        subject,
        wentDark: kind.endsWith("-down") && (await hasGoneDark(id, state)),
      };
    }),
  );
  return takenDown(runs);
}

async function hasGoneDark(runId: string, state: RunState): Promise<boolean> {
  if (state === "succeeded") return true;
  const cells = Object.entries((await findRun(runId))?.progress.cells ?? {});
  return cells.some(([key, { changed }]) => key.startsWith("ensure-power-off/") && changed);
}
