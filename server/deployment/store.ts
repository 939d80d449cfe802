import { database } from "@/server/database/client";
import { readBody, type StoredDraft, writeBody } from "@/server/deployment/draft-body";

export interface DraftRow extends StoredDraft {
  createdBy: string;
  createdAt: Date;
  savedAt: Date;
  clusterId: string | null;
}

type Row = {
  id: string;
  revision: number;
  body: string;
  createdBy: string;
  createdAt: Date;
  updatedAt: Date;
  clusterId: string | null;
};

const readRow = (row: Row): DraftRow => ({
  ...readBody(row.id, row.revision, row.body),
  createdBy: row.createdBy,
  createdAt: row.createdAt,
  savedAt: row.updatedAt,
  clusterId: row.clusterId,
});

export async function insertDraft(body: string, createdBy: string): Promise<DraftRow> {
  return readRow(await database().deploymentDraft.create({ data: { body, createdBy } }));
}

export async function findDraft(id: string): Promise<DraftRow | null> {
  const row = await database().deploymentDraft.findUnique({ where: { id } });
  return row === null ? null : readRow(row);
}

export async function clusterOfDraft(id: string): Promise<string | null> {
  const row = await database().deploymentDraft.findUnique({ where: { id }, select: { clusterId: true } });
  return row?.clusterId ?? null;
}

export async function listDrafts(): Promise<Row[]> {
  return await database().deploymentDraft.findMany({ orderBy: { updatedAt: "desc" } });
}

/** False when somebody saved meanwhile: then nothing was written. */
export async function saveDraft(stored: StoredDraft, expectedRevision: number): Promise<boolean> {
  const { count } = await database().deploymentDraft.updateMany({
    where: { id: stored.draft.id, revision: expectedRevision },
    data: { body: writeBody(stored), revision: { increment: 1 } },
  });
  return count === 1;
}

export const deleteDraft = (id: string): Promise<unknown> => database().deploymentDraft.deleteMany({ where: { id } });

/** The cluster a draft became, and its run. */
export async function linkDraft(id: string, clusterId: string): Promise<void> {
  await database().deploymentDraft.update({ where: { id }, data: { clusterId } });
}

export async function newestRunOf(draftId: string): Promise<{ id: string; state: string } | null> {
  return await database().run.findFirst({
    where: { draftId },
    orderBy: { createdAt: "desc" },
    select: { id: true, state: true },
  });
}
