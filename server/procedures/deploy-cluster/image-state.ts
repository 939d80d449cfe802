import type { DeploymentInput } from "@/contract/deployment-input";
import { z } from "zod";
import { type Sentence } from "@/contract/sentence";
import { type DeployContext, firstNode, outputOf } from "@/server/steps/deployment/deploy-step";
import {
  importMark,
  markImage,
  qemuImgFraction,
  rbd,
  rbdName,
  remainingSeconds,
} from "@/server/procedures/deploy-cluster/image-commands";

const infoSchema = z.object({ size: z.number(), features: z.array(z.string()) });
/** rbd's exit status for "no such image" and "no such key". */
export const noSuchImage = 2;

export interface ImageState {
  info: z.infer<typeof infoSchema> | null;
  /** How far the image's own note says its import is; null: made by somebody else, or no image. */
  mark: string | null;
}

export async function imageState(
  context: DeployContext<DeploymentInput>,
  image = rbdName(context.input),
): Promise<ImageState> {
  const options = { node: firstNode(context.input), allow: [noSuchImage] };
  const info = await context.command(rbd(context.input, "info", "--format", "json", image), options);
  if (info.code !== 0) return { info: null, mark: null };
  const mark = await context.command(rbd(context.input, "image-meta", "get", image, importMark), options);
  return { info: infoSchema.parse(JSON.parse(info.stdout)), mark: mark.code === 0 ? mark.stdout.trim() : null };
}

export async function setImportMark(
  context: DeployContext<DeploymentInput>,
  image: string,
  value: string,
): Promise<void> {
  await context.command(markImage(context.input, image, value), { node: firstNode(context.input) });
}

/** Runs qemu-img as a unit of its own and turns its progress line into ours. */
export async function withQemuProgress(
  context: DeployContext<DeploymentInput>,
  argv: string[],
  part: string,
  what: Sentence,
): Promise<void> {
  const started = performance.now();
  const result = await context.detached(argv, {
    node: firstNode(context.input),
    part,
    onOutput: (_stream, text) => {
      const fraction = qemuImgFraction(text);
      if (fraction === null) return;
      context.progress(fraction, remainingSeconds(fraction, (performance.now() - started) / 1000), what);
    },
  });
  outputOf(result, what, firstNode(context.input));
}
