import { AppError } from "@/contract/errors";
import { type HaStatus, haStatusSchema } from "@/contract/ha-status";
import { type MaintenanceInput, maintenanceInputSchema } from "@/contract/maintenance";
import { suitePaths } from "@/contract/node-setup";
import type { PlannedCommand, PlannedStep, ProcedureKind } from "@/contract/run";
import { say } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import { shellQuote } from "@/lib/shell-quote";
import type { ProcedureDefinition, StepContext } from "@/server/engine/step";
import type { Platform } from "@/server/ports/platform";
import type { Power } from "@/server/ports/power";
import { inOrder, type StepLine } from "@/server/steps/in-order";
import { SharedLook } from "@/server/steps/maintenance/shared-look";

export type MaintenanceContext = StepContext<MaintenanceInput>;

/** Doors that are not nodes. Built by the composition root. */
export interface MaintenanceAssets {
  readonly platform: Platform;
  readonly power: Power;
}

export type MaintenanceStep = StepLine<MaintenanceInput>;

export const maintenanceProcedure = (
  kind: ProcedureKind,
  table: readonly MaintenanceStep[],
): ProcedureDefinition<MaintenanceInput> => inOrder(kind, (json) => maintenanceInputSchema.parse(json), table);

/** Who may be asked about the cluster: the helper first. */
export interface AskedNodes {
  readonly nodes: readonly { readonly name: string }[];
  readonly helper: string;
  /** Node that leaves, and is not asked. */
  readonly subject?: string | undefined;
}

export const shown = (node: string, argv: readonly string[]): PlannedCommand => ({ node, text: shellQuote(argv) });

/** The helper first, then whoever else stays up. */
export const stayingUp = ({ nodes, helper, subject }: AskedNodes): string[] => [
  helper,
  ...nodes.map(({ name }) => name).filter((name) => name !== helper && name !== subject),
];

/** `zsha status` answers within 5 s, also when Ceph does not; a busy node gets three times as long. */
const statusTimeoutMs = 15_000;
export const statusCommand = [suitePaths.executable, "status", "--json"];

/** The plan of a step that asks one node for the cluster's status and changes nothing. */
export const statusLook = (id: string, phase: PlannedStep["phase"], helper: string): Omit<PlannedStep, "after"> => ({
  id,
  phase,
  cells: [helper],
  commands: [shown(helper, statusCommand)],
  undo: { kind: "none", because: say("only-looks") },
  pointOfNoReturn: false,
  softTimeoutSeconds: 20,
  timeoutSeconds: 180,
});

/**
 * Runs a command that may be repeated without harm on the first node that answers. Only silence passes it on to the next one: a
 * node that says no has the last word.
 */
export async function onAnyOf(
  context: StepContext<unknown>,
  nodes: readonly string[],
  argv: readonly string[],
  options: { allow?: readonly number[]; timeoutMs?: number } = {},
): Promise<{ node: string; code: number; stdout: string; stderr: string }> {
  let silent: unknown = null;
  for (const node of nodes) {
    try {
      return { node, ...(await context.command(argv, { node, ...options })) };
    } catch (error) {
      if (!isSilence(error)) throw error;
      silent = error;
    }
  }
  throw new AppError("node-unreachable", say("no-node-answered"), { cause: silent });
}

export const onAnyNode = (
  context: StepContext<AskedNodes>,
  argv: readonly string[],
  options: { allow?: readonly number[]; timeoutMs?: number } = {},
): ReturnType<typeof onAnyOf> => onAnyOf(context, stayingUp(context.input), argv, options);

export const isSilence = (error: unknown): boolean =>
  error instanceof AppError && (error.code === "node-unreachable" || error.code === "command-outcome-unknown");

/** What the cluster says of itself. Throws when nobody answers: that is unknown, and unknown holds. */
export const statusNow = (context: StepContext<AskedNodes>): Promise<HaStatus> =>
  statusOf(context, stayingUp(context.input));

const statuses = new SharedLook<HaStatus>();

/** As `statusNow`, but what any cell of this run asked for less than that long ago will do. */
export const statusWithin = (context: StepContext<AskedNodes>, withinMs: number): Promise<HaStatus> =>
  statuses.take(context.plan, withinMs, () => statusNow(context));

export async function statusOf(context: StepContext<unknown>, nodes: readonly string[]): Promise<HaStatus> {
  const { node, stdout } = await onAnyOf(context, nodes, statusCommand, { timeoutMs: statusTimeoutMs });
  const parsed = haStatusSchema.safeParse(jsonOf(stdout.trim().split("\n").at(-1) ?? ""));
  if (parsed.success) return parsed.data;
  throw new AppError("unexpected-output", say("status-no-answer"), { facts: { node } });
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** For a wait's progress: what is missing, also when even that cannot be read now. */
export async function whatIsMissing<T>(look: () => Promise<T | null>): Promise<T | string | null> {
  try {
    return await look();
  } catch (error) {
    return formatErrorChain(error);
  }
}

export const nodeOf = (input: MaintenanceInput, name: string): MaintenanceInput["nodes"][number] => {
  const found = input.nodes.find((node) => node.name === name);
  if (found === undefined) throw new AppError("internal", `node ${name} is not part of this maintenance`);
  return found;
};
