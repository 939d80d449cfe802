import { serialiseConfig } from "@/contract/config-text";
import { AppError } from "@/contract/errors";
import { haStatusSchema } from "@/contract/ha-status";
import { suitePaths } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import type { StepContext } from "@/server/engine/step";
import { type AskedNodes, jsonOf, onAnyNode } from "@/server/steps/maintenance/maintenance-step";

/** Reads only; `zsha export-config` would write over the file an operator may be editing on that node. */
export const statusConfCommand = [suitePaths.executable, "status-conf", "--json"];
const statusTimeoutMs = 20_000;

export interface CurrentConfig {
  readonly text: string;
  readonly version: number;
  /** With which the management VM runs; null: not known, or it does not run. */
  readonly applied: number | null;
  readonly vm: string;
  readonly wanted: "started" | "stopped" | null;
}

/** The configuration in Consul, in the one shape it has there. */
export async function currentConfig(context: StepContext<AskedNodes>): Promise<CurrentConfig> {
  const { node, stdout } = await onAnyNode(context, statusConfCommand, { timeoutMs: statusTimeoutMs });
  const parsed = haStatusSchema.safeParse(jsonOf(stdout.trim().split("\n").at(-1) ?? ""));
  const status = parsed.success ? parsed.data : null;
  if (status === null || status.config === undefined || status.configVersion === null)
    throw new AppError("unexpected-output", say("config-not-in-consul"), { facts: { node } });
  return {
    text: serialiseConfig(status.config),
    version: status.configVersion,
    applied: status.managementVm.state === "running" ? status.managementVm.appliedConfigVersion : null,
    vm: status.managementVm.state,
    wanted: status.intent.state === "known" ? (status.intent.value?.want ?? null) : null,
  };
}
