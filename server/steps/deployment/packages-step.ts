import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import type { Tool } from "@/contract/tool-packages";
import {
  type DeployContext,
  type DeployStep,
  inputNodeOf,
  nodeNames,
  onEach,
  outputOf,
} from "@/server/steps/deployment/deploy-step";
import { installCommand, toolsFor } from "@/server/steps/deployment/packages";

/** Prints the names that are missing; libvirtd and chronyd live in sbin, which a login shell's PATH may leave out. */
const missingScript =
  'PATH="$PATH:/usr/sbin:/sbin:/usr/libexec"; for tool; do command -v "$tool" >/dev/null || echo "$tool"; done';

async function missingTools(context: DeployContext): Promise<Tool[]> {
  const wanted = toolsFor(context.input);
  const { stdout } = await context.command(["sh", "-c", missingScript, "sh", ...wanted]);
  const names = new Set(stdout.split("\n").filter((line) => line !== ""));
  return wanted.filter((tool) => names.has(tool));
}

export const packages: DeployStep = {
  plan: (input) => ({
    id: "ensure-packages",
    phase: "prepare",
    cells: nodeNames(input),
    commands: onEach(nodeNames(input), ["sh", "-c", missingScript, "sh", ...toolsFor(input)]),
    undo: { kind: "none", because: say("packages-stay") },
    pointOfNoReturn: false,
    cancellable: true,
    softTimeoutSeconds: 120,
    timeoutSeconds: 1_800,
  }),
  definition: {
    id: "ensure-packages",
    async precheck(context) {
      const missing = await missingTools(context);
      if (missing.length === 0)
        return { kind: "already", observed: say("tools-there", { count: toolsFor(context.input).length }) };
      const manager = inputNodeOf(context.input, context.cell).packageManager;
      if (installCommand(manager, missing) !== null) return { kind: "ready" };
      return {
        kind: "blocked",
        reason: say("tools-no-package-manager", { tools: missing.join(", ") }),
      };
    },
    async run(context) {
      const missing = await missingTools(context);
      const command = installCommand(inputNodeOf(context.input, context.cell).packageManager, missing);
      if (missing.length === 0 || command === null) return;
      outputOf(await context.detached(command), say("work-installing-packages"), context.cell);
    },
    async verify(context) {
      const missing = await missingTools(context);
      if (missing.length > 0) return { reached: false, missing: say("tools-missing", { tools: missing.join(", ") }) };
      const { stdout } = await context.command(["qemu-img", "--help"]);
      if (!/\brbd\b/.test(stdout)) {
        throw new AppError("missing-tool", say("qemu-img-no-rbd", { node: context.cell }), {
          facts: { node: context.cell, tool: "qemu-block-extra" },
          advice: say("install-rbd-driver"),
        });
      }
      return { reached: true, observed: say("tools-answer") };
    },
  },
};
