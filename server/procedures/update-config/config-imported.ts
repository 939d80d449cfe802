import { AppError } from "@/contract/errors";
import type { UpdateConfigInput } from "@/contract/lifecycle";
import { say } from "@/contract/sentence";
import type { StepContext } from "@/server/engine/step";
import type { StepLine } from "@/server/steps/in-order";
import { currentConfig } from "@/server/steps/lifecycle/current-config";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import { zsha, zshaOnAny } from "@/server/steps/maintenance/vm-steps";

const stepId = "ensure-config-imported";
/** Gone after a reboot; on the node that is asked first, and on any other that may have to do it. */
const importPath = (runId: string, which: "new" | "former"): string => `/run/zsha-import-${runId}-${which}.json`;

type Context = StepContext<UpdateConfigInput>;

async function importText(context: Context, which: "new" | "former", base: number): Promise<void> {
  const { input, runId } = context;
  const path = importPath(runId, which);
  await context.host().writeFile(path, which === "new" ? input.after : input.before, { mode: 0o600 });
  const verb = ["import-config", path, "--base", String(base)];
  const { code, stderr } = await context.command(zsha(verb, runId), { allow: [1] });
  await context.command(["rm", "-f", path]);
  if (code === 0) return;
  const said = stderr.trim().slice(-500);
  throw new AppError("command-failed", say("zsha-refused", { command: "import-config", node: context.cell, said }), {
    facts: { node: context.cell, said },
  });
}

/** Compared and set: between the page and this moment somebody else may have changed it, and theirs stays. */
export const configImportedLine: StepLine<UpdateConfigInput> = {
  plan: ({ helper, baseVersion }) => ({
    id: stepId,
    phase: "ha",
    cells: [helper],
    commands: [
      { node: helper, text: `cat > ${importPath("«run»", "new")} < «the new configuration»` },
      shown(helper, zsha(["import-config", importPath("«run»", "new"), "--base", String(baseVersion)], "«run»")),
    ],
    undo: {
      kind: "commands",
      commands: [shown(helper, zsha(["import-config", importPath("«run»", "former")], "«run»"))],
    },
    pointOfNoReturn: false,
    softTimeoutSeconds: 20,
    timeoutSeconds: 180,
  }),
  definition: {
    id: stepId,
    async precheck(context) {
      const now = await currentConfig(context);
      if (now.text === context.input.after)
        return { kind: "already", observed: say("config-imported", { version: now.version }) };
      return now.version === context.input.baseVersion
        ? { kind: "ready" }
        : { kind: "blocked", reason: say("config-changed-by-other") };
    },
    async run(context) {
      if ((await currentConfig(context)).text !== context.input.after)
        await importText(context, "new", context.input.baseVersion);
    },
    async verify(context) {
      const now = await currentConfig(context);
      return now.text === context.input.after
        ? { reached: true, observed: say("config-imported", { version: now.version }) }
        : { reached: false, missing: say("config-not-imported") };
    },
    async undo(context) {
      const now = await currentConfig(context);
      if (now.text !== context.input.before) {
        if (now.text !== context.input.after) throw new AppError("conflict", say("config-changed-by-other"));
        await importText(context, "former", now.version);
      }
      // A restart that was cut between stop and start: nobody else would start it again.
      if (context.input.apply === "restart" && now.wanted === "stopped") await zshaOnAny(context, ["start"]);
      return { observed: say("config-restored") };
    },
  },
};
