import { basename, isAbsolute } from "node:path";
import type { ImageInfo } from "@/contract/deployment";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { type ImageVerdict, imageHeadBytes, readImageHead } from "@/server/adapters/image/image-format";
import { hashFile, inspectLocalImage } from "@/server/adapters/image/local-file";
import { changeDraft, type DraftView } from "@/server/deployment/service";
import { removeUpload, upload, uploadFile } from "@/server/deployment/uploads";
import type { RemoteHost } from "@/server/ports/remote-host";
import { exitedZero } from "@/server/ports/remote-host";

/** Time to read one header over the network; a server that takes longer will not deliver gigabytes either. */
const remoteHeadTimeoutMs = 30_000;

export async function takeUploadedImage(draftId: string, uploadId: string): Promise<DraftView> {
  const stored = await upload(uploadId);
  if (stored.state !== "complete")
    throw new AppError(
      "upload-incomplete",
      say("upload-partial", { file: stored.fileName, received: stored.received, bytes: stored.bytes }),
      {
        facts: { file: stored.fileName, offset: stored.received, bytes: stored.bytes },
        advice: say("upload-same-again"),
      },
    );
  const { bytes, verdict } = await inspectLocalImage(uploadFile(uploadId));
  if (!verdict.ok) {
    await removeUpload(uploadId);
    throw refused(stored.fileName, verdict);
  }
  const source = { kind: "upload", uploadId } as const;
  return keepImage(draftId, { source, fileName: stored.fileName, fileBytes: bytes, sha256: stored.sha256 }, verdict);
}

export async function takePanelPath(draftId: string, path: string): Promise<DraftView> {
  if (!isAbsolute(path))
    throw new AppError("bad-input", say("path-not-absolute", { path }), { facts: { field: "path", path } });
  const { bytes, verdict } = await inspectLocalImage(path);
  if (!verdict.ok) throw refused(path, verdict);
  const sha256 = (await hashFile(path)).digest("hex");
  const source = { kind: "panel-path", path } as const;
  return keepImage(draftId, { source, fileName: basename(path), fileBytes: bytes, sha256 }, verdict);
}

/** The node reads its own file: only the header travels. The host is called by its address, the node by its name. */
export async function takeNodePath(
  draftId: string,
  host: RemoteHost,
  { node, path }: { node: string; path: string },
): Promise<DraftView> {
  const size = await remote(host, ["stat", "-L", "-c", "%s", "--", path], path);
  const head = await remote(host, ["sh", "-c", `head -c ${imageHeadBytes} -- "$1" | base64 -w0`, "head", path], path);
  const verdict = readImageHead(Buffer.from(head, "base64"));
  if (!verdict.ok) throw refused(`${node}:${path}`, verdict);
  const source = { kind: "node-path", node, path } as const;
  const found = { source, fileName: basename(path), fileBytes: Number(size.trim()), sha256: null };
  return keepImage(draftId, found, verdict);
}

/** Asked from a node: that is where the image will be fetched, and the panel may not reach the server at all. */
export async function takeUrl(
  draftId: string,
  host: RemoteHost,
  url: string,
  sha256: string | null,
): Promise<DraftView> {
  const flags = "--proto =http,https --max-time 25";
  const fetchHead = `curl -fsSIL ${flags} -- "$1" || curl -fsSL ${flags} -r 0-0 -D - -o /dev/null -- "$1"`;
  const headers = await remote(host, ["sh", "-c", fetchHead, "curl", url], url);
  const bytes = lengthIn(headers);
  const readHead = `curl -fsSL ${flags} -r 0-${imageHeadBytes - 1} -- "$1" | head -c ${imageHeadBytes} | base64 -w0`;
  const verdict = readImageHead(Buffer.from(await remote(host, ["sh", "-c", readHead, "curl", url], url), "base64"));
  if (!verdict.ok) throw refused(url, verdict);
  if (!Number.isFinite(bytes) || bytes <= 0)
    throw new AppError("unexpected-output", say("url-without-length", { url }), {
      facts: { url },
      advice: say("url-needs-length"),
    });
  const fileName = basename(new URL(url).pathname) || "image.qcow2";
  return keepImage(draftId, { source: { kind: "url", url }, fileName, fileBytes: bytes, sha256 }, verdict);
}

/** Redirects come with headers of their own: the last answer counts. */
function lengthIn(headers: string): number {
  const range = [...headers.matchAll(/^content-range:\s*bytes \d+-\d+\/(\d+)/gim)].at(-1)?.[1];
  return Number(range ?? [...headers.matchAll(/^content-length:\s*(\d+)/gim)].at(-1)?.[1] ?? Number.NaN);
}

async function remote(host: RemoteHost, argv: readonly string[], what: string): Promise<string> {
  const result = await host.exec(argv, { timeoutMs: remoteHeadTimeoutMs });
  if (exitedZero(result) && result.stdout !== "") return result.stdout;
  throw new AppError(
    "image-invalid",
    say("node-cannot-read", { node: host.node, path: what, said: result.stderr.trim() || result.kind }),
    {
      facts: { node: host.node, path: what, found: result.stderr.trim().slice(-200) || result.kind },
      advice: say("node-file-readable"),
    },
  );
}

function keepImage(
  draftId: string,
  found: Pick<ImageInfo, "source" | "fileName" | "fileBytes" | "sha256">,
  verdict: Extract<ImageVerdict, { ok: true }>,
): Promise<DraftView> {
  const image: ImageInfo = { ...found, format: verdict.format, virtualBytes: verdict.virtualBytes };
  return changeDraft(draftId, (draft) => ({ ...draft, image }));
}

export const forgetImage = (draftId: string): Promise<DraftView> =>
  changeDraft(draftId, (draft) => ({ ...draft, image: null }));

function refused(name: string, verdict: Extract<ImageVerdict, { ok: false }>): AppError {
  return new AppError("image-invalid", say(`image-${verdict.problem}`, { file: name, found: verdict.found }), {
    facts: { file: name, problem: verdict.problem, found: verdict.found },
    advice: say("choose-qcow2"),
  });
}
