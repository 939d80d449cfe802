import { stagedDigest } from "@/server/procedures/deploy-cluster/image-digest";
import { AppError } from "@/contract/errors";
import {
  type DeployContext,
  type DeploymentAssets,
  type DeployStep,
  firstNode,
  outputOf,
  shown,
} from "@/server/procedures/deploy-cluster/deploy-step";
import { stagedImagePath } from "@/server/procedures/deploy-cluster/image-commands";

const expectedDigest = (context: DeployContext): string | null => context.input.image.sha256;

/** Brings the QCOW2 to the node that imports it. */
export const imageFile = (assets: DeploymentAssets): DeployStep => ({
  plan: (input) => {
    const first = firstNode(input);
    const path = stagedImagePath(input);
    const { source } = input.image;
    const command =
      source.kind === "url"
        ? shown(first, ["curl", "--fail", "--location", "--continue-at", "-", "--output", path, source.url])
        : source.kind === "node-path"
          ? shown(first, ["sha256sum", path])
          : { node: first, text: `install -m 0600 «${input.image.fileName}, ${input.image.fileBytes} bytes» ${path}` };
    return {
      id: "ensure-image-file",
      phase: "image",
      cells: ["cluster"],
      commands: [command],
      undo:
        source.kind === "node-path"
          ? { kind: "none", because: "The file was on the node before; it is only read." }
          : { kind: "commands", commands: [shown(first, ["rm", "-f", path])] },
      pointOfNoReturn: false,
      cancellable: true,
      softTimeoutSeconds: 600,
      timeoutSeconds: 7_200,
    };
  },
  definition: {
    id: "ensure-image-file",
    async precheck(context) {
      const digest = await stagedDigest(context);
      const expected = expectedDigest(context);
      if (digest !== null && digest === expected)
        return { kind: "already", observed: `sha256 ${digest.slice(0, 12)}… is there` };
      if (context.input.image.source.kind === "node-path") {
        const path = stagedImagePath(context.input);
        if (digest === null) return { kind: "blocked", reason: `${path} is not on ${firstNode(context.input)}` };
        if (expected !== null)
          return {
            kind: "blocked",
            reason: `${path} has changed since it was chosen (sha256 ${digest.slice(0, 12)}…)`,
          };
      }
      return { kind: "ready" };
    },
    async run(context) {
      const node = firstNode(context.input);
      const path = stagedImagePath(context.input);
      const { source, panelPath, sha256 } = context.input.image;
      if (source.kind === "node-path") return;
      await context.command(["mkdir", "-p", path.slice(0, path.lastIndexOf("/"))], { node });
      if (source.kind === "url") {
        outputOf(
          await context.detached(
            [
              "curl",
              "--fail",
              "--silent",
              "--show-error",
              "--location",
              "--continue-at",
              "-",
              "--output",
              path,
              source.url,
            ],
            { node },
          ),
          "fetching the image",
          node,
        );
        return;
      }
      if (panelPath === null || sha256 === null)
        throw new AppError("upload-incomplete", "the panel has no complete copy of the image");
      await context.host(node).upload(assets.dataPath(panelPath), path, {
        sha256,
        mode: 0o600,
        signal: context.signal,
        onProgress: (sent, total) => context.progress(total === 0 ? null : sent / total, null, null),
      });
    },
    async verify(context) {
      const digest = await stagedDigest(context);
      if (digest === null) return { reached: false, missing: "the image file is not on the node" };
      const expected = expectedDigest(context);
      if (expected !== null && digest !== expected)
        return { reached: false, missing: `the file on the node has sha256 ${digest}, expected ${expected}` };
      return { reached: true, observed: `sha256 ${digest}` };
    },
    async undo(context) {
      if (context.input.image.source.kind === "node-path") return { observed: "nothing was written" };
      await context.command(["rm", "-f", stagedImagePath(context.input)], { node: firstNode(context.input) });
      return { observed: "the copy is gone" };
    },
  },
});
