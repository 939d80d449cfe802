import { database } from "@/server/database/client";

export interface NewAuditEntry {
  actorId: string;
  actor: string;
  action: string;
  target: string | null;
  outcome: string;
  facts: string;
  address: string | null;
}

export interface StoredAuditEntry extends NewAuditEntry {
  id: number;
  at: Date;
}

export async function appendEntry(entry: NewAuditEntry): Promise<void> {
  await database().auditEntry.create({ data: entry });
}

/** Newest first, below `before`. */
export const listEntries = (limit: number, before: number | null): Promise<StoredAuditEntry[]> =>
  database().auditEntry.findMany({
    ...(before === null ? {} : { where: { id: { lt: before } } }),
    orderBy: { id: "desc" },
    take: limit,
  });

/** Newest first, of one target and these kinds only. */
export const listEntriesOf = (target: string, actions: readonly string[], limit: number): Promise<StoredAuditEntry[]> =>
  database().auditEntry.findMany({
    where: { target, action: { in: [...actions] } },
    orderBy: { id: "desc" },
    take: limit,
  });
