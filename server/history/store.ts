import { database } from "@/server/database/client";
import type { Chunk } from "@/server/history/chunk";
import { decodeChunk, encodeChunk } from "@/server/history/chunk-codec";
import { chunkSeconds, chunkStart, type Resolution, resolutions } from "@/server/history/resolutions";

const dateOf = (seconds: number): Date => new Date(seconds * 1000);

/** All or none; a chunk that is there already is replaced. Returns the bytes written. */
export async function saveChunks(due: readonly { subject: string; chunks: readonly Chunk[] }[]): Promise<number> {
  const client = database();
  const rows = await Promise.all(
    due.flatMap(({ subject, chunks }) =>
      chunks.map(async (chunk) => ({
        subject,
        stepSeconds: chunk.resolution.stepSeconds,
        startedAt: dateOf(chunk.start),
        body: await encodeChunk(chunk),
      })),
    ),
  );
  await client.$transaction(
    rows.map(({ subject, stepSeconds, startedAt, body }) =>
      client.metricChunk.upsert({
        where: { subject_stepSeconds_startedAt: { subject, stepSeconds, startedAt } },
        create: { subject, stepSeconds, startedAt, body },
        update: { body },
        select: { subject: true },
      }),
    ),
  );
  return rows.reduce((sum, { body }) => sum + body.byteLength, 0);
}

/** Chunks that overlap the time from `from` to before `to`, oldest first. */
export async function loadChunks(subject: string, resolution: Resolution, from: number, to: number): Promise<Chunk[]> {
  const rows = await database().metricChunk.findMany({
    where: {
      subject,
      stepSeconds: resolution.stepSeconds,
      startedAt: { gt: dateOf(from - chunkSeconds(resolution)), lt: dateOf(to) },
    },
    orderBy: { startedAt: "asc" },
  });
  const chunks = await Promise.all(
    rows.map(({ startedAt, body }) => decodeChunk(resolution, startedAt.getTime() / 1000, body)),
  );
  return chunks.filter((chunk) => chunk !== null);
}

/** The chunks that `seconds` falls into: where a recorder that was stopped goes on. */
export async function loadOpenChunks(subject: string, seconds: number): Promise<Chunk[]> {
  const found = await Promise.all(
    resolutions.map((one) => {
      const start = chunkStart(one, seconds);
      return loadChunks(subject, one, start, start + 1);
    }),
  );
  return found.flat();
}

/** What is past its keeping goes. Returns the number of rows. */
export async function dropOldChunks(seconds: number): Promise<number> {
  let dropped = 0;
  for (const resolution of resolutions) {
    const before = dateOf(seconds - resolution.keepSeconds - chunkSeconds(resolution));
    const { count } = await database().metricChunk.deleteMany({
      where: { stepSeconds: resolution.stepSeconds, startedAt: { lt: before } },
    });
    dropped += count;
  }
  return dropped;
}

export const listSubjects = async (): Promise<string[]> =>
  (await database().metricChunk.findMany({ distinct: ["subject"], select: { subject: true } })).map(
    ({ subject }) => subject,
  );

export async function dropSubjects(subjects: readonly string[]): Promise<void> {
  await database().metricChunk.deleteMany({ where: { subject: { in: [...subjects] } } });
}
