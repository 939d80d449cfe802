import { configBackupDirectory, configBackupPath } from "@/contract/lifecycle";
import { say } from "@/contract/sentence";
import type { StepContext } from "@/server/engine/step";
import type { StepLine } from "@/server/steps/in-order";
import { currentConfig } from "@/server/steps/lifecycle/current-config";
import type { AskedNodes } from "@/server/steps/maintenance/maintenance-step";

const stepId = "ensure-config-backup";

/** The version a run replaces and its text; a run that replaces none keeps what is there now. */
export type KeptConfig<TInput> = (context: StepContext<TInput>) => Promise<{ version: number; text: string }>;

/** On every node, so that it outlives any one of them and any panel. */
export function configBackupLine<TInput extends AskedNodes>(
  kept: KeptConfig<TInput> = currentConfig,
): StepLine<TInput> {
  return {
    plan: ({ nodes }) => ({
      id: stepId,
      phase: "prepare",
      cells: nodes.map(({ name }) => name),
      commands: nodes.map(({ name }) => ({
        node: name,
        text: `cat > ${configBackupDirectory}/«version».json < «the configuration now»`,
      })),
      undo: { kind: "none", because: say("backup-harmless") },
      pointOfNoReturn: false,
      softTimeoutSeconds: 20,
      timeoutSeconds: 180,
    }),
    definition: {
      id: stepId,
      async precheck(context) {
        const path = await isKept(context, kept);
        return path === null ? { kind: "ready" } : { kind: "already", observed: say("backup-there", { path }) };
      },
      async run(context) {
        const { version, text } = await kept(context);
        await context.command(["mkdir", "-p", "-m", "0700", configBackupDirectory]);
        await context.host().writeFile(configBackupPath(version), text, { mode: 0o600 });
      },
      async verify(context) {
        const path = await isKept(context, kept);
        return path === null
          ? { reached: false, missing: say("backup-missing", { path: configBackupDirectory }) }
          : { reached: true, observed: say("backup-there", { path }) };
      },
    },
  };
}

async function isKept<TInput>(context: StepContext<TInput>, kept: KeptConfig<TInput>): Promise<string | null> {
  const { version, text } = await kept(context);
  const path = configBackupPath(version);
  return (await context.host().readFile(path)) === text ? path : null;
}
