import { randomUUID } from "node:crypto";
import { mkdir, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { uploadPath } from "@/contract/deployment-input";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { freeBytes, hashFile } from "@/server/adapters/image/local-file";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import {
  findUpload,
  insertUpload,
  markUpload,
  type StoredUpload,
  deleteUpload,
} from "@/server/deployment/upload-store";
import { environment } from "@/server/env";
import { oncePerProcess } from "@/server/process";

/**
 * A file sent in chunks. Invariants: bytes are appended in order at the offset that is on disk, one request at a time; the
 * offset counts only what was written and flushed; the checksum is computed while receiving and, after a restart of the
 * panel, from the file once.
 */

/** No management image is near it; a larger number is a mistake or an attack on the disk. */
export const uploadBytesMax = 512 * 1024 ** 3;
/** What stays free for the database and logs: a full disk stops the journal, and with it every run. */
const reservedDiskBytes = 1024 ** 3;

interface Receiving {
  hash: Awaited<ReturnType<typeof hashFile>>;
  offset: number;
  busy: boolean;
}

const receiving = (): Map<string, Receiving> => oncePerProcess("uploads", () => new Map<string, Receiving>());
export const uploadFile = (id: string): string => join(environment().dataDirectory, uploadPath(id));

export async function beginUpload(
  file: { fileName: string; bytes: number },
  subject: AuditSubject,
): Promise<StoredUpload> {
  if (!Number.isSafeInteger(file.bytes) || file.bytes < 1 || file.bytes > uploadBytesMax)
    throw new AppError(
      "image-too-large",
      say("upload-above-limit", { file: file.fileName, bytes: file.bytes, max: uploadBytesMax }),
      {
        facts: { file: file.fileName, bytes: file.bytes, max: uploadBytesMax },
      },
    );
  const id = randomUUID();
  const path = uploadFile(id);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const free = await freeBytes(dirname(path));
  if (file.bytes > free - reservedDiskBytes)
    throw new AppError("image-too-large", say("upload-no-space", { free, file: file.fileName, bytes: file.bytes }), {
      facts: { file: file.fileName, bytes: file.bytes, free },
      advice: say("upload-make-room"),
    });
  await (await open(path, "w", 0o600)).close();
  await insertUpload({ id, ...file, path, createdBy: subject.actor?.username ?? "trivet" });
  await recordAudit(subject, "upload-started", { target: `upload:${id}`, facts: { ...file } });
  return upload(id);
}

export async function upload(id: string): Promise<StoredUpload> {
  const found = await findUpload(id);
  if (found === null)
    throw new AppError("not-found", say("no-upload"), {
      facts: { upload: id },
      advice: say("upload-choose-again"),
    });
  return found;
}

export const uploadOrNull = (id: string): Promise<StoredUpload | null> => findUpload(id);

/** Appends a chunk. The caller must send from exactly the offset that is there; asking (HEAD) tells it. */
export async function receiveChunk(
  id: string,
  chunk: { from: number; body: AsyncIterable<Uint8Array> },
): Promise<StoredUpload> {
  const stored = await upload(id);
  if (stored.state !== "receiving")
    throw new AppError("conflict", say("upload-over"), {
      facts: { upload: id, state: stored.state },
    });
  const state = await receivingState(stored);
  if (state.busy) throw new AppError("conflict", say("upload-busy"), { facts: { upload: id } });
  if (chunk.from !== state.offset)
    throw new AppError("upload-incomplete", say("upload-offset", { offset: state.offset, from: chunk.from }), {
      facts: { upload: id, offset: state.offset, from: chunk.from },
      advice: say("upload-ask-offset"),
    });
  state.busy = true;
  try {
    await append(stored, state, chunk.body);
  } finally {
    state.busy = false;
    await markUpload(id, { received: state.offset });
  }
  return state.offset === stored.bytes ? finish(stored, state) : upload(id);
}

async function append(stored: StoredUpload, state: Receiving, body: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(stored.path, "r+");
  try {
    for await (const data of body) {
      if (state.offset + data.length > stored.bytes)
        throw new AppError(
          "image-too-large",
          say("upload-above-announced", { bytes: stored.bytes, file: stored.fileName }),
          {
            facts: { file: stored.fileName, bytes: stored.bytes },
          },
        );
      await file.write(data, 0, data.length, state.offset);
      state.hash.update(data);
      state.offset += data.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function finish(stored: StoredUpload, state: Receiving): Promise<StoredUpload> {
  receiving().delete(stored.id);
  await markUpload(stored.id, { state: "complete", sha256: state.hash.digest("hex") });
  return upload(stored.id);
}

async function receivingState(stored: StoredUpload): Promise<Receiving> {
  const known = receiving().get(stored.id);
  if (known !== undefined) return known;
  const hash = await hashFile(stored.path, stored.received);
  // Two requests may have hashed beside each other: the first one to get here is the one that counts.
  const meanwhile = receiving().get(stored.id);
  if (meanwhile !== undefined) return meanwhile;
  const state = { hash, offset: stored.received, busy: false };
  receiving().set(stored.id, state);
  return state;
}

export async function removeUpload(id: string): Promise<void> {
  const stored = await findUpload(id);
  if (stored === null) return;
  receiving().delete(id);
  await rm(stored.path, { force: true });
  await deleteUpload(id);
}
