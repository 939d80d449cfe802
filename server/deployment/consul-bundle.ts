import { createReadStream, createWriteStream } from "node:fs";
import { chmod, copyFile, mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { hashFile, inspectLocalImage } from "@/server/adapters/image/local-file";
import { changeDraft, type DraftView } from "@/server/deployment/service";
import { removeUpload, upload, uploadFile } from "@/server/deployment/uploads";
import { environment } from "@/server/env";

export const bundledConsul = (): string => join(environment().dataDirectory, "bundle", "consul");

export interface ConsulBundle {
  bytes: number;
  sha256: string;
}

/** The operator's Consul binary, when the panel has been given one. */
export async function consulBundle(): Promise<ConsulBundle | null> {
  const path = bundledConsul();
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  const version = `${found.ino} ${found.mtimeMs} ${found.size}`;
  // Every node's cell asks, and hashing 100 MB keeps the panel busy for a third of a second.
  if (hashed?.version !== version) hashed = { version, sha256: (await hashFile(path)).digest("hex") };
  return { bytes: found.size, sha256: hashed.sha256 };
}

let hashed: { version: string; sha256: string } | null = null;

/** Takes a binary from a finished upload or a path on the panel. It is not run here: `consul version` runs on the nodes. */
export async function takeConsul(
  draftId: string,
  from: { uploadId: string } | { path: string },
  version: string,
): Promise<DraftView> {
  const source = "path" in from ? from.path : uploadFile((await upload(from.uploadId)).id);
  if (!isAbsolute(source))
    throw new AppError("bad-input", say("path-not-absolute", { path: source }), {
      facts: { field: "path", path: source },
    });
  const { verdict } = await inspectLocalImage(source);
  const found = verdict.ok ? "QCOW2 image" : verdict.found;
  if (found !== "ELF executable")
    throw new AppError("bad-input", say("not-an-executable", { path: source, found }), {
      facts: { field: "path", path: source, found },
      advice: say("unpack-consul"),
    });
  const target = bundledConsul();
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  // Beside and renamed: a run that reads it meanwhile never sees half a file.
  await copyFile(source, `${target}.new`);
  await chmod(`${target}.new`, 0o755);
  await rm(`${target}.gz`, { force: true });
  await rename(`${target}.new`, target);
  await pack(target);
  if ("uploadId" in from) await removeUpload(from.uploadId);
  return chooseBundle(draftId, version);
}

/** For the way to the nodes. Level 1: a second and a half instead of six, for files a tenth larger. */
async function pack(path: string): Promise<void> {
  await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(`${path}.gz.new`));
  await rename(`${path}.gz.new`, `${path}.gz`);
}

export async function chooseBundle(draftId: string, version: string): Promise<DraftView> {
  const bundle = await consulBundle();
  if (bundle === null) throw new AppError("not-found", say("no-consul-yet"), { advice: say("upload-one-or-path") });
  return changeDraft(draftId, (draft) => ({
    ...draft,
    software: { consul: { from: "bundle", version, sha256: bundle.sha256 } },
  }));
}
