import type { DrillInput } from "@/contract/drill";
import { type DrillStage, drillStage, parseSights } from "@/contract/drill-measure";
import { AppError } from "@/contract/errors";
import { type HaStatus, haStatusSchema } from "@/contract/ha-status";
import { suitePaths } from "@/contract/node-setup";
import type { PlannedCommand, PlannedStep } from "@/contract/run";
import { say } from "@/contract/sentence";
import { shellQuote } from "@/lib/shell-quote";
import type { StepContext, StepDefinition } from "@/server/engine/step";

export type DrillContext = StepContext<DrillInput>;

/** One line of the procedure: what is shown before it runs, and what runs. Null = not part of this fault's plan. */
export interface DrillStep {
  plan(input: DrillInput): Omit<PlannedStep, "after"> | null;
  definition: StepDefinition<DrillInput>;
}

export const shown = (node: string, argv: readonly string[]): PlannedCommand => ({ node, text: shellQuote(argv) });

export const statusCommand = [suitePaths.executable, "status", "--json"];
/** `zsha status` answers within 5 s, also when Ceph does not; a busy node gets three times as long. */
const statusTimeoutMs = 15_000;

/** What `node` says of the cluster. Throws when it gives no answer: that is unknown, and unknown holds. */
export async function statusOn(context: DrillContext, node: string): Promise<HaStatus> {
  const { stdout } = await context.command(statusCommand, { node, timeoutMs: statusTimeoutMs });
  const parsed = haStatusSchema.safeParse(jsonOf(stdout.trim().split("\n").at(-1) ?? ""));
  if (parsed.success) return parsed.data;
  throw new AppError("unexpected-output", say("status-not-understood", { node }), { facts: { node } });
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Where the looking node writes what it sees. A tmpfs: no drill hits that node. */
export const sightsFile = (runId: string): string => `${suitePaths.runDirectory}/drill-${runId}.jsonl`;
export const watchUnit = (runId: string): string => `zsha-drill-watch-${runId}.service`;

/** Proof that the fault was made, with the time. On disk: after a crash of the node it tells when that was. */
export const markerFile = (runId: string): string => `${suitePaths.stateDirectory}/drill-${runId}`;

/** Milliseconds on the owner's clock; null: the fault was not made. */
export async function injectedMs(context: DrillContext): Promise<number | null> {
  const text = await context.host(context.input.owner).readFile(markerFile(context.runId));
  const at = text === null ? Number.NaN : Number.parseFloat(text) * 1000;
  return Number.isFinite(at) ? at : null;
}

export async function sightsOf(context: DrillContext) {
  const text = await context.host(context.input.standby).readFile(sightsFile(context.runId));
  return text === null ? [] : parseSights(text);
}

/** How far the recovery is, as the looking node sees it. `injected` null: judged from the first sight on. */
export async function stageOf(context: DrillContext, injected: number | null): Promise<DrillStage> {
  const sights = await sightsOf(context);
  const { fault, owner, standby } = context.input;
  return drillStage(sights, { fault, owner, standby, injectedMs: injected ?? sights[0]?.atMs ?? 0 });
}
