import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { takeUploadedImage } from "@/server/deployment/image";
import { createDraft } from "@/server/deployment/service";
import { beginUpload, receiveChunk, upload, uploadFile } from "@/server/deployment/uploads";
import { replaceInProcess } from "@/server/process";
import { temporaryDatabase } from "@/testing/temporary-database";

let close: () => Promise<void>;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "trivet-upload-"));
  ({ close } = await temporaryDatabase());
  vi.stubEnv("TRIVET_DATA", directory);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await close();
  await rm(directory, { recursive: true });
});

const subject = { actor: { id: "u1", username: "anna" }, address: null };
const content = randomBytes(300_000);
async function* pieces(from: number, to: number, breakAt?: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; at += 10_000) {
    if (breakAt !== undefined && at >= breakAt) throw new Error("connection lost");
    yield content.subarray(at, Math.min(at + 10_000, to));
  }
}

test("cut in the middle, and through a restart of the panel, the file arrives whole with its checksum", async () => {
  const { id } = await beginUpload({ fileName: "a.qcow2", bytes: content.length }, subject);
  await receiveChunk(id, { from: 0, body: pieces(0, 100_000) });
  await expect(receiveChunk(id, { from: 100_000, body: pieces(100_000, 200_000, 150_000) })).rejects.toThrow("lost");
  expect((await upload(id)).received).toBe(150_000);
  // What the process remembered is gone; disk and database are not.
  replaceInProcess("uploads");
  const done = await receiveChunk(id, { from: 150_000, body: pieces(150_000, content.length) });
  expect(done).toMatchObject({
    state: "complete",
    received: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
  });
  expect((await readFile(uploadFile(id))).equals(content)).toBe(true);
  await expect(receiveChunk(id, { from: content.length, body: pieces(0, 0) })).rejects.toMatchObject({
    code: "conflict",
  });
});

test("a chunk from elsewhere, more than announced, a second sender and impossible sizes are refused", async () => {
  const { id } = await beginUpload({ fileName: "b.qcow2", bytes: 50_000 }, subject);
  await expect(receiveChunk(id, { from: 10, body: pieces(0, 10) })).rejects.toMatchObject({
    code: "upload-incomplete",
    facts: { offset: 0, from: 10 },
  });
  await expect(receiveChunk(id, { from: 0, body: pieces(0, 60_000) })).rejects.toMatchObject({
    code: "image-too-large",
  });
  const hold = Promise.withResolvers<undefined>();
  async function* slow(): AsyncGenerator<Uint8Array> {
    await hold.promise;
    yield new Uint8Array(0);
  }
  const { received } = await upload(id);
  const first = receiveChunk(id, { from: received, body: slow() });
  await vi.waitFor(() =>
    expect(receiveChunk(id, { from: received, body: pieces(0, 0) })).rejects.toMatchObject({ code: "conflict" }),
  );
  hold.resolve(undefined);
  await first;
  for (const bytes of [0, -1, 1.5, 2 ** 60])
    await expect(beginUpload({ fileName: "c", bytes }, subject)).rejects.toMatchObject({ code: "image-too-large" });
});

test("a whole file that is no image is refused by what it is, and removed", async () => {
  const { draft } = await createDraft("images", subject);
  const html = Buffer.from("<!DOCTYPE html><title>404</title>");
  const { id } = await beginUpload({ fileName: "image.qcow2", bytes: html.length }, subject);
  await expect(takeUploadedImage(draft.id, id)).rejects.toMatchObject({ code: "upload-incomplete" });
  async function* body(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(html);
  }
  await receiveChunk(id, { from: 0, body: body() });
  await expect(takeUploadedImage(draft.id, id)).rejects.toMatchObject({
    code: "image-invalid",
    facts: { found: "HTML page" },
  });
  await expect(upload(id)).rejects.toMatchObject({ code: "not-found" });
});
