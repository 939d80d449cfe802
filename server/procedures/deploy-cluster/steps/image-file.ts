import type { DeploymentInput } from "@/contract/deployment-input";
import { say } from "@/contract/sentence";
import { stagedDigest } from "@/server/procedures/deploy-cluster/image-digest";
import { AppError } from "@/contract/errors";
import {
  type DeployContext,
  type DeploymentAssets,
  type DeployStep,
  firstNode,
  outputOf,
  shown,
} from "@/server/steps/deployment/deploy-step";
import { stagedImagePath } from "@/server/procedures/deploy-cluster/image-commands";

const expectedDigest = (context: DeployContext<DeploymentInput>): string | null => context.input.image.sha256;

/** A fetch goes beside and is moved when it is whole: without a checksum nothing else tells half a file from a whole one. */
const partOf = (path: string): string => `${path}.part`;
/** Which URL the file is the whole answer of. */
const originOf = (path: string): string => `${path}.origin`;
/** curl's exit status for an HTTP error, and for a server that does not go on where the part ends. */
const cannotGoOn = [22, 33];

const fetchImage = (url: string, path: string): string[] => [
  "curl",
  "--fail",
  "--silent",
  "--show-error",
  "--location",
  "--continue-at",
  "-",
  "--output",
  partOf(path),
  url,
];

const removeFile = (path: string): string[] => ["rm", "-f", path, partOf(path), originOf(path)];

async function isFetched(context: DeployContext<DeploymentInput>, url: string): Promise<boolean> {
  const host = context.host(firstNode(context.input));
  return (await host.readFile(originOf(stagedImagePath(context.input)))) === url;
}

async function fetchOnNode(context: DeployContext<DeploymentInput>, url: string): Promise<void> {
  const node = firstNode(context.input);
  const path = stagedImagePath(context.input);
  if (expectedDigest(context) === null && (await isFetched(context, url))) return;
  // First, or a crash before the last line would leave this file with another's origin.
  await context.command(["rm", "-f", originOf(path)], { node });
  const result = await context.detached(fetchImage(url, path), { node });
  // A part that is whole already, or of another file: the next attempt begins anew instead of failing here for ever.
  if (result.kind === "exited" && cannotGoOn.includes(result.code))
    await context.command(["rm", "-f", partOf(path)], { node });
  outputOf(result, say("work-fetching-image"), node);
  const isMoved = (await context.command(["test", "-e", partOf(path)], { node, allow: [1] })).code !== 0;
  if (!isMoved) await context.command(["mv", "-f", partOf(path), path], { node });
  await context.host(node).writeFile(originOf(path), url, { mode: 0o600 });
}

/** Brings the QCOW2 to the node that imports it. */
export const imageFile = (assets: DeploymentAssets): DeployStep<DeploymentInput> => ({
  plan: (input) => {
    const first = firstNode(input);
    const path = stagedImagePath(input);
    const { source } = input.image;
    const commands =
      source.kind === "url"
        ? [shown(first, fetchImage(source.url, path)), shown(first, ["mv", "-f", partOf(path), path])]
        : source.kind === "node-path"
          ? [shown(first, ["sha256sum", path])]
          : [
              {
                node: first,
                text: `install -m 0600 «${input.image.fileName}, ${input.image.fileBytes} bytes» ${path}`,
              },
            ];
    return {
      id: "ensure-image-file",
      phase: "image",
      cells: ["cluster"],
      commands,
      undo:
        source.kind === "node-path"
          ? { kind: "none", because: say("image-file-only-read") }
          : { kind: "commands", commands: [shown(first, removeFile(path))] },
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
        return { kind: "already", observed: say("image-file-there", { digest: digest.slice(0, 12) }) };
      const { source } = context.input.image;
      if (digest !== null && expected === null && source.kind === "url" && (await isFetched(context, source.url)))
        return { kind: "already", observed: say("image-file-fetched", { digest: digest.slice(0, 12) }) };
      if (context.input.image.source.kind === "node-path") {
        const path = stagedImagePath(context.input);
        if (digest === null)
          return { kind: "blocked", reason: say("image-file-not-there", { path, node: firstNode(context.input) }) };
        if (expected !== null)
          return {
            kind: "blocked",
            reason: say("image-file-changed", { path, digest: digest.slice(0, 12) }),
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
        await fetchOnNode(context, source.url);
        return;
      }
      if (panelPath === null || sha256 === null) throw new AppError("upload-incomplete", say("panel-without-image"));
      await context.host(node).upload(assets.dataPath(panelPath), path, {
        sha256,
        mode: 0o600,
        signal: context.signal,
        onProgress: (sent, total) => context.progress(total === 0 ? null : sent / total, null, null),
      });
    },
    async verify(context) {
      const digest = await stagedDigest(context);
      if (digest === null) return { reached: false, missing: say("image-file-absent") };
      const expected = expectedDigest(context);
      const { source } = context.input.image;
      if (expected === null && source.kind === "url" && !(await isFetched(context, source.url)))
        return { reached: false, missing: say("image-file-partial", { url: source.url }) };
      if (expected !== null && digest !== expected)
        return { reached: false, missing: say("image-file-other", { found: digest, planned: expected }) };
      return { reached: true, observed: say("image-file-digest", { digest }) };
    },
    async undo(context) {
      if (context.input.image.source.kind === "node-path") return { observed: say("image-file-untouched") };
      await context.command(removeFile(stagedImagePath(context.input)), { node: firstNode(context.input) });
      return { observed: say("image-copy-gone") };
    },
  },
});
