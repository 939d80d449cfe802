import { buildPath, buildsDirectory, formerBuildPath, type UpgradeInput } from "@/contract/lifecycle";
import { suitePaths } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import {
  formerSha256,
  installedSha256,
  sha256On,
  type UpgradeContext,
} from "@/server/procedures/upgrade-suite/upgrade-step";
import type { StepLine } from "@/server/steps/in-order";

const stepId = "ensure-build-kept";

/** On a node that runs the new build already there is nothing to keep: its former one was kept when that came. */
async function isKept(context: UpgradeContext): Promise<boolean> {
  const installed = await installedSha256(context);
  if (installed === context.input.to.sha256) return true;
  if (installed === null || (await formerSha256(context)) !== installed) return false;
  return (await sha256On(context, buildPath(installed))) === installed;
}

/** Beside the new one before it is replaced: undo, and going back after the run, need nothing but the node itself. */
export const buildKeptLine: StepLine<UpgradeInput> = {
  plan: ({ order }) => ({
    id: stepId,
    phase: "prepare",
    cells: [...order],
    commands: order.map((node) => ({ node, text: `cp -p ${suitePaths.executable} ${buildPath("«its sha256»")}` })),
    undo: { kind: "none", because: say("build-harmless") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 20,
    timeoutSeconds: 180,
  }),
  definition: {
    id: stepId,
    precheck: async (context) =>
      (await isKept(context)) ? { kind: "already", observed: say("build-kept") } : { kind: "ready" },
    async run(context) {
      const { to } = context.input;
      const installed = await installedSha256(context);
      if (installed === null || installed === to.sha256) return;
      const path = buildPath(installed);
      await context.command(["mkdir", "-p", "-m", "0700", buildsDirectory]);
      // Beside and renamed: half a copy never lies under a whole one's name.
      await context.command(["cp", "-p", suitePaths.executable, `${path}.part`]);
      await context.command(["mv", "-f", `${path}.part`, path]);
      await context.host().writeFile(formerBuildPath, `${installed}\n`, { mode: 0o600 });
      const others = [to.sha256, installed, "former"].flatMap((name) => ["!", "-name", name]);
      await context.command(["find", buildsDirectory, "-maxdepth", "1", "-type", "f", ...others, "-delete"]);
    },
    verify: async (context) =>
      (await isKept(context))
        ? { reached: true, observed: say("build-kept") }
        : { reached: false, missing: say("build-not-kept") },
  },
};
