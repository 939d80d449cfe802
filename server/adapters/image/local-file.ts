import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat, statfs } from "node:fs/promises";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { imageHeadBytes, type ImageVerdict, readImageHead } from "@/server/adapters/image/image-format";

export interface LocalImage {
  bytes: number;
  verdict: ImageVerdict;
}

/** Size and kind of a file on the panel's own disk. */
export async function inspectLocalImage(path: string): Promise<LocalImage> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new AppError("not-found", say("panel-file-unopened", { path }), {
      facts: { path },
      advice: say("panel-file-needed"),
      cause,
    });
  });
  if (!found.isFile())
    throw new AppError("image-invalid", say("path-no-file", { path }), { facts: { path, found: "no file" } });
  const file = await open(path, "r");
  try {
    const head = Buffer.alloc(Math.min(imageHeadBytes, found.size));
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return { bytes: found.size, verdict: readImageHead(head.subarray(0, bytesRead)) };
  } finally {
    await file.close();
  }
}

/** SHA-256 of the first `length` bytes (all without it). */
export async function hashFile(path: string, length?: number): Promise<ReturnType<typeof createHash>> {
  const hash = createHash("sha256");
  if (length === 0) return hash;
  const range = length === undefined ? {} : { end: length - 1 };
  for await (const chunk of createReadStream(path, range)) hash.update(chunk as Buffer);
  return hash;
}

/** Bytes an unprivileged writer may still put on the file system of a directory. */
export async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}
