import type { DeploymentInput } from "@/contract/deployment-input";
import { say } from "@/contract/sentence";
import { compareImage, markImage, rbdName } from "@/server/procedures/deploy-cluster/image-commands";
import { imageState, setImportMark, withQemuProgress } from "@/server/procedures/deploy-cluster/image-state";
import { type DeployContext, type DeployStep, firstNode, shown } from "@/server/steps/deployment/deploy-step";

const mark = async (context: DeployContext<DeploymentInput>): Promise<string | null> =>
  (await imageState(context)).mark;

/**
 * Reads the whole image back and compares it with the file. Runs while the nodes are set up, and must be over before
 * anything may start the management VM: from its first write on the two differ for good reason.
 */
export const imageVerify: DeployStep<DeploymentInput> = {
  plan: (input) => {
    const first = firstNode(input);
    return {
      id: "verify-image",
      phase: "image",
      cells: ["cluster"],
      commands: [
        shown(first, compareImage(input)),
        shown(first, markImage(input, rbdName(input), "compared «sha256»")),
      ],
      undo: { kind: "none", because: say("only-reads") },
      pointOfNoReturn: false,
      cancellable: true,
      softTimeoutSeconds: 900,
      timeoutSeconds: 14_400,
    };
  },
  definition: {
    id: "verify-image",
    async precheck(context) {
      const found = await mark(context);
      if (found?.startsWith("compared ") === true) return { kind: "already", observed: say("image-compared-before") };
      return found?.startsWith("imported ") === true
        ? { kind: "ready" }
        : { kind: "blocked", reason: say("image-not-imported", { image: rbdName(context.input) }) };
    },
    async run(context) {
      const found = await mark(context);
      if (found?.startsWith("imported ") !== true) return;
      await withQemuProgress(context, compareImage(context.input), "compare", say("image-comparing"));
      await setImportMark(context, rbdName(context.input), found.replace("imported ", "compared "));
    },
    async verify(context) {
      return (await mark(context))?.startsWith("compared ") === true
        ? { reached: true, observed: say("image-equal") }
        : { reached: false, missing: say("image-not-compared") };
    },
  },
};
