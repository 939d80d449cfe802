import { say } from "@/contract/sentence";
import { stagedDigest } from "@/server/procedures/deploy-cluster/image-digest";
import {
  imageState,
  noSuchImage,
  setImportMark,
  withQemuProgress,
} from "@/server/procedures/deploy-cluster/image-state";
import type { DeploymentInput } from "@/contract/deployment-input";
import { AppError } from "@/contract/errors";
import { pollUntil } from "@/lib/poll-until";
import { type DeployContext, type DeployStep, firstNode, outputOf, shown } from "@/server/steps/deployment/deploy-step";
import {
  convertImage,
  createImage,
  importName,
  markImage,
  rbd,
  rbdName,
  stagedImagePath,
} from "@/server/procedures/deploy-cluster/image-commands";

/** The digest the plan was made with; of a file the node fetched itself, the digest of what it has. */
async function imageDigest(context: DeployContext<DeploymentInput>): Promise<string> {
  if (context.input.image.sha256 !== null) return context.input.image.sha256;
  const digest = await stagedDigest(context);
  if (digest === null) {
    throw new AppError(
      "not-found",
      say("image-file-not-there", {
        path: stagedImagePath(context.input),
        node: firstNode(context.input),
      }),
    );
  }
  return digest;
}

/** rbd refuses while somebody watches the image; a client that died is forgotten after 30 s (osd_client_watch_timeout). */
const watcherGoneMs = 45_000;
const hasWatchers = 16;

/**
 * Gone is what is seen to be gone: a removal taken up by name after a crash of the panel may be one that removed an earlier
 * image of this name, so its answer says nothing about the image that is there now.
 */
async function removeImage(context: DeployContext<DeploymentInput>, image: string, what: string): Promise<void> {
  const node = firstNode(context.input);
  let tries = 0;
  const look = async () => {
    tries += 1;
    const argv = rbd(context.input, "rm", "--no-progress", image);
    const result = await context.detached(argv, { node, part: `${what}-${tries}` });
    const isHeld = result.kind === "exited" && result.code === hasWatchers;
    const isGone = result.kind === "exited" && result.code === noSuchImage;
    if (!isHeld && !isGone) outputOf(result, say("work-removing-image", { image }), node);
    return (await imageState(context, image)).info === null ? true : null;
  };
  if ((await pollUntil(look, { timeoutMs: watcherGoneMs, everyMs: 3_000, signal: context.signal })) === null) {
    throw new AppError("blocked", say("image-in-use", { image }));
  }
}

const renameImage = (input: DeploymentInput): string[] => rbd(input, "rename", importName(input), rbdName(input));

const isImported = (mark: string | null, digest: string): boolean =>
  mark === `imported ${digest}` || mark === `compared ${digest}`;

export const imageImport: DeployStep<DeploymentInput> = {
  plan: (input) => {
    const first = firstNode(input);
    return {
      id: "ensure-image-imported",
      phase: "image",
      cells: ["cluster"],
      commands: [
        shown(first, createImage(input)),
        shown(first, markImage(input, importName(input), "importing «sha256»")),
        shown(first, convertImage(input)),
        shown(first, markImage(input, importName(input), "imported «sha256»")),
        shown(first, renameImage(input)),
      ],
      undo: { kind: "commands", commands: [shown(first, rbd(input, "rm", rbdName(input)))] },
      pointOfNoReturn: false,
      cancellable: true,
      softTimeoutSeconds: 900,
      timeoutSeconds: 14_400,
    };
  },
  definition: {
    id: "ensure-image-imported",
    async precheck(context) {
      const { info, mark } = await imageState(context);
      if (info === null) return { kind: "ready" };
      if (isImported(mark, await imageDigest(context)))
        return { kind: "already", observed: say("image-imported-before", { image: rbdName(context.input) }) };
      return {
        kind: "blocked",
        reason: say("image-other-there", { image: rbdName(context.input) }),
      };
    },
    async run(context) {
      const node = firstNode(context.input);
      const digest = await imageDigest(context);
      const target = importName(context.input);
      const [whole, { info, mark }] = await Promise.all([imageState(context), imageState(context, target)]);
      // Renamed already, and the answer was lost: a new `.import` would be an empty image with the name of a whole one.
      if (isImported(whole.mark, digest)) return;
      // A cut import leaves blocks that --target-is-zero would keep, so a half image goes before the new one is made.
      // While the unit of this very attempt still runs (the panel was restarted), it is joined instead of started over.
      const isOurs = mark === `importing ${digest} ${context.attempt}` || isImported(mark, digest);
      if (info !== null && !isOurs) await removeImage(context, target, "remove-half");
      if (info === null || !isOurs) {
        await context.command(createImage(context.input), { node });
        await setImportMark(context, target, `importing ${digest} ${context.attempt}`);
      }
      if (!isImported(mark, digest)) {
        await withQemuProgress(context, convertImage(context.input), "convert", say("image-importing"));
        await setImportMark(context, target, `imported ${digest}`);
      }
      await context.command(renameImage(context.input), { node });
    },
    async verify(context) {
      const { info, mark } = await imageState(context);
      if (info === null) return { reached: false, missing: say("image-absent", { image: rbdName(context.input) }) };
      if (info.size !== context.input.image.virtualBytes)
        return {
          reached: false,
          missing: say("image-other-size", { found: info.size, planned: context.input.image.virtualBytes }),
        };
      if (!info.features.includes("exclusive-lock")) return { reached: false, missing: say("image-lock-off") };
      if (!isImported(mark, await imageDigest(context)))
        return { reached: false, missing: say("image-import-incomplete") };
      return { reached: true, observed: say("image-imported", { bytes: info.size }) };
    },
    async undo(context) {
      const half = await imageState(context, importName(context.input));
      if (half.info !== null) await removeImage(context, importName(context.input), "remove-half");
      const { info, mark } = await imageState(context);
      if (info === null) return { observed: say("image-none") };
      if (mark === null) throw new AppError("blocked", say("image-not-ours", { image: rbdName(context.input) }));
      await removeImage(context, rbdName(context.input), "remove");
      return { observed: say("image-gone", { image: rbdName(context.input) }) };
    },
  },
};
