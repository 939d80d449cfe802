import type { UninstallInput } from "@/contract/lifecycle";
import { say } from "@/contract/sentence";
import type { StepContext } from "@/server/engine/step";
import type { StepLine } from "@/server/steps/in-order";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import { outputOf } from "@/server/steps/deployment/deploy-step";

type Image = UninstallInput["image"];

export const imageName = (image: Image): string => (image.kind === "rbd" ? image.spec : image.path);

const rbd = (image: Extract<Image, { kind: "rbd" }>, ...words: string[]): string[] => [
  "rbd",
  ...(image.cephUser === null ? [] : ["--id", image.cephUser]),
  ...words,
  image.spec,
];
const lookCommand = (image: Image): string[] =>
  image.kind === "rbd" ? rbd(image, "info") : ["test", "-e", image.path];
const deleteCommand = (image: Image): string[] =>
  image.kind === "rbd" ? rbd(image, "rm", "--no-progress") : ["rm", "-f", image.path];
/** rbd: no such image. test: no such file. */
const notThere = { rbd: [2], file: [1] } as const;

async function isThere(context: StepContext<UninstallInput>): Promise<boolean> {
  const { image } = context.input;
  return (await context.command(lookCommand(image), { allow: notThere[image.kind] })).code === 0;
}

/** While the key to see it is still on the node: what is said to be kept is seen to be there. */
export const imageThereLine: StepLine<UninstallInput> = {
  plan: ({ helper, image, deleteImage }) =>
    deleteImage
      ? null
      : {
          id: "verify-image-kept",
          phase: "image",
          cells: [helper],
          commands: [shown(helper, lookCommand(image))],
          undo: { kind: "none", because: say("only-looks") },
          pointOfNoReturn: false,
          softTimeoutSeconds: 20,
          timeoutSeconds: 120,
        },
  definition: {
    id: "verify-image-kept",
    precheck: async (context) =>
      (await isThere(context))
        ? { kind: "ready" }
        : { kind: "blocked", reason: say("image-not-seen", { image: imageName(context.input.image) }) },
    run: async () => await Promise.resolve(),
    async verify(context) {
      const image = imageName(context.input.image);
      return (await isThere(context))
        ? { reached: true, observed: say("image-there", { image }) }
        : { reached: false, missing: say("image-not-seen", { image }) };
    },
  },
};

/** Only where its name was typed for exactly this. */
export const imageDeletedLine: StepLine<UninstallInput> = {
  plan: ({ helper, image, deleteImage }) =>
    deleteImage
      ? {
          id: "ensure-image-deleted",
          phase: "image",
          cells: [helper],
          commands: [shown(helper, deleteCommand(image))],
          undo: { kind: "none", because: say("image-is-gone") },
          pointOfNoReturn: true,
          softTimeoutSeconds: 120,
          timeoutSeconds: 3_600,
        }
      : null,
  definition: {
    id: "ensure-image-deleted",
    precheck: async (context) =>
      (await isThere(context))
        ? { kind: "ready" }
        : { kind: "already", observed: say("image-deleted", { image: imageName(context.input.image) }) },
    async run(context) {
      const { image } = context.input;
      if (await isThere(context))
        outputOf(await context.detached(deleteCommand(image)), say("work-deleting-image"), context.cell);
    },
    async verify(context) {
      const image = imageName(context.input.image);
      return (await isThere(context))
        ? { reached: false, missing: say("image-still-there", { image }) }
        : { reached: true, observed: say("image-deleted", { image }) };
    },
  },
};
