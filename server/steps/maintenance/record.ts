import { AppError } from "@/contract/errors";
import {
  maintenanceDirectory,
  type MaintenanceRecord,
  maintenanceRecordPath,
  maintenanceRecordSchema,
} from "@/contract/maintenance";
import { say } from "@/contract/sentence";
import type { StepContext } from "@/server/engine/step";
import {
  type AskedNodes,
  isSilence,
  jsonOf,
  type MaintenanceContext,
  onAnyOf,
  stayingUp,
} from "@/server/steps/maintenance/maintenance-step";

export const recordPathOf = ({ input }: MaintenanceContext): string => maintenanceRecordPath(input.subject);

export async function recordOn(context: MaintenanceContext, node: string): Promise<MaintenanceRecord | null> {
  const text = await context.host(node).readFile(recordPathOf(context));
  if (text === null) return null;
  const parsed = maintenanceRecordSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new AppError("unexpected-output", say("record-unclear", { path: recordPathOf(context), node }), {
    facts: { node },
  });
}

/** From any node that answers: they all hold the same. Null: this maintenance was not begun by any panel. */
export async function readRecord(context: MaintenanceContext): Promise<MaintenanceRecord | null> {
  let silent: unknown = null;
  let answered = false;
  for (const { name } of context.input.nodes) {
    try {
      const found = await recordOn(context, name);
      answered = true;
      if (found !== null) return found;
    } catch (error) {
      if (!isSilence(error)) throw error;
      silent = error;
    }
  }
  if (answered) return null;
  throw silent;
}

export const recordListCommand = ["find", maintenanceDirectory, "-name", "*.json", "-exec", "cat", "{}", "+"];
/** find: the directory is not there. */
export const noDirectory = 1;

/** Every maintenance that some panel began and none has ended. */
export const openRecords = (context: StepContext<AskedNodes>): Promise<MaintenanceRecord[]> =>
  recordsOn(context, stayingUp(context.input));

export async function recordsOn(context: StepContext<unknown>, nodes: readonly string[]): Promise<MaintenanceRecord[]> {
  const { stdout, code } = await onAnyOf(context, nodes, recordListCommand, { allow: [noDirectory] });
  return code === noDirectory ? [] : parseRecords(stdout);
}

export const parseRecords = (text: string): MaintenanceRecord[] =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => maintenanceRecordSchema.parse(jsonOf(line)));
