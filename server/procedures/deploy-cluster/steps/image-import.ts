import { stagedDigest } from "@/server/procedures/deploy-cluster/image-digest";
import { z } from "zod";
import { AppError } from "@/contract/errors";
import { pollUntil } from "@/lib/poll-until";
import {
  type DeployContext,
  type DeployStep,
  firstNode,
  outputOf,
  shown,
} from "@/server/procedures/deploy-cluster/deploy-step";
import {
  compareImage,
  convertImage,
  createImage,
  importMark,
  qemuImgFraction,
  rbdName,
  remainingSeconds,
  stagedImagePath,
} from "@/server/procedures/deploy-cluster/image-commands";

const infoSchema = z.object({ size: z.number(), features: z.array(z.string()) });
/** rbd's exit status for "no such image". */
const noSuchImage = 2;

interface ImportState {
  info: z.infer<typeof infoSchema> | null;
  /** "importing DIGEST", "imported DIGEST", or null: made by somebody else. */
  mark: string | null;
}

async function importState(context: DeployContext): Promise<ImportState> {
  const node = firstNode(context.input);
  const info = await context.command(["rbd", "info", "--format", "json", rbdName(context.input)], {
    node,
    allow: [noSuchImage],
  });
  if (info.code !== 0) return { info: null, mark: null };
  const mark = await context.command(["rbd", "image-meta", "get", rbdName(context.input), importMark], {
    node,
    allow: [noSuchImage],
  });
  return { info: infoSchema.parse(JSON.parse(info.stdout)), mark: mark.code === 0 ? mark.stdout.trim() : null };
}

const setMark = async (context: DeployContext, value: string): Promise<void> => {
  await context.command(["rbd", "image-meta", "set", rbdName(context.input), importMark, value], {
    node: firstNode(context.input),
  });
};

/** The digest the plan was made with; of a file the node fetched itself, the digest of what it has. */
async function imageDigest(context: DeployContext): Promise<string> {
  if (context.input.image.sha256 !== null) return context.input.image.sha256;
  const digest = await stagedDigest(context);
  if (digest === null) {
    throw new AppError("not-found", `${stagedImagePath(context.input)} is not on ${firstNode(context.input)}`);
  }
  return digest;
}

/** rbd refuses while somebody watches the image; a client that died is forgotten after 30 s (osd_client_watch_timeout). */
const watcherGoneMs = 45_000;
const hasWatchers = 16;

async function removeImage(context: DeployContext): Promise<void> {
  const node = firstNode(context.input);
  const argv = ["rbd", "rm", "--no-progress", rbdName(context.input)];
  let tries = 0;
  const look = async () => {
    tries += 1;
    const result = await context.detached(argv, { node, part: `remove-${tries}` });
    if (result.kind === "exited" && result.code === noSuchImage) return true;
    if (result.kind === "exited" && result.code === hasWatchers) return null;
    outputOf(result, "removing the unfinished image", node);
    return true;
  };
  if ((await pollUntil(look, { timeoutMs: watcherGoneMs, everyMs: 3_000, signal: context.signal })) === null) {
    throw new AppError(
      "blocked",
      `${rbdName(context.input)} cannot be removed: somebody has it open (rbd status ${rbdName(context.input)})`,
    );
  }
}

/** Runs qemu-img as a unit of its own and turns its progress line into ours. */
async function withProgress(context: DeployContext, argv: string[], part: string, what: string): Promise<void> {
  const started = performance.now();
  const result = await context.detached(argv, {
    node: firstNode(context.input),
    part,
    onOutput: (_stream, text) => {
      const fraction = qemuImgFraction(text);
      if (fraction !== null)
        context.progress(fraction, remainingSeconds(fraction, (performance.now() - started) / 1000), what);
    },
  });
  outputOf(result, what, firstNode(context.input));
}

export const imageImport: DeployStep = {
  plan: (input) => {
    const first = firstNode(input);
    return {
      id: "ensure-image-imported",
      phase: "image",
      cells: ["cluster"],
      commands: [
        shown(first, createImage(input)),
        shown(first, ["rbd", "image-meta", "set", rbdName(input), importMark, "importing «sha256»"]),
        shown(first, convertImage(input)),
        shown(first, compareImage(input)),
        shown(first, ["rbd", "image-meta", "set", rbdName(input), importMark, "imported «sha256»"]),
      ],
      undo: { kind: "commands", commands: [shown(first, ["rbd", "rm", rbdName(input)])] },
      pointOfNoReturn: false,
      softTimeoutSeconds: 900,
      timeoutSeconds: 14_400,
    };
  },
  definition: {
    id: "ensure-image-imported",
    async precheck(context) {
      const { info, mark } = await importState(context);
      if (info === null) return { kind: "ready" };
      if (mark === `imported ${await imageDigest(context)}`)
        return { kind: "already", observed: `${rbdName(context.input)} holds this image already` };
      if (mark?.startsWith("importing ") === true) return { kind: "ready" };
      return {
        kind: "blocked",
        reason: `${rbdName(context.input)} exists and was not made by this run. If its content is not needed: rbd rm ${rbdName(context.input)}, then resume`,
      };
    },
    async run(context) {
      const node = firstNode(context.input);
      const digest = await imageDigest(context);
      const { info, mark } = await importState(context);
      if (mark === `imported ${digest}`) return;
      // A cut import leaves blocks that --target-is-zero would keep: the half image goes before the new one is made.
      // While the unit of this very attempt still runs, it is joined instead of started over.
      const isJoined = info !== null && mark === `importing ${digest} ${context.attempt}`;
      if (info !== null && !isJoined) {
        if (mark?.startsWith("importing ") !== true)
          throw new AppError("blocked", `${rbdName(context.input)} is not an import of this run`);
        await removeImage(context);
      }
      if (!isJoined) {
        await context.command(createImage(context.input), { node });
        await setMark(context, `importing ${digest} ${context.attempt}`);
      }
      await withProgress(context, convertImage(context.input), "convert", "importing");
      await withProgress(context, compareImage(context.input), "compare", "comparing with the file");
      await setMark(context, `imported ${digest}`);
    },
    async verify(context) {
      const { info, mark } = await importState(context);
      if (info === null) return { reached: false, missing: `${rbdName(context.input)} does not exist` };
      if (info.size !== context.input.image.virtualBytes)
        return {
          reached: false,
          missing: `the image has ${info.size} bytes, the file ${context.input.image.virtualBytes}`,
        };
      if (!info.features.includes("exclusive-lock"))
        return { reached: false, missing: "exclusive-lock is off on the image" };
      if (mark !== `imported ${await imageDigest(context)}`)
        return { reached: false, missing: "the import was not completed and compared" };
      return { reached: true, observed: `${info.size} bytes, equal to the file, exclusive-lock on` };
    },
    async undo(context) {
      const { info, mark } = await importState(context);
      if (info === null) return { observed: "there is no image" };
      if (mark === null) throw new AppError("blocked", `${rbdName(context.input)} was not made by this run and stays`);
      await removeImage(context);
      return { observed: `${rbdName(context.input)} is gone` };
    },
  },
};
