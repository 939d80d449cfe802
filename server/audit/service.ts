import { z } from "zod";
import { auditActionSchema, auditEntrySchema, type AuditAction, type AuditEntry } from "@/contract/audit";
import type { ErrorFacts } from "@/contract/errors";
import { appendEntry, listEntries, listEntriesOf, type StoredAuditEntry } from "@/server/audit/store";
import { scrub } from "@/server/secret/scrub";

export interface AuditSubject {
  /** Null: the panel did it by itself. */
  actor: { id: string; username: string } | null;
  address: string | null;
}

/** Writes who did what. Awaited by the deed: one that cannot be recorded is not done. */
export async function recordAudit(
  subject: AuditSubject,
  action: AuditAction,
  what: { target?: string; outcome?: AuditEntry["outcome"]; facts?: ErrorFacts } = {},
): Promise<void> {
  await appendEntry({
    actorId: subject.actor?.id ?? "trivet",
    actor: subject.actor?.username ?? "trivet",
    action,
    target: what.target ?? null,
    outcome: what.outcome ?? "done",
    facts: scrub(JSON.stringify(what.facts ?? {})),
    address: subject.address,
  });
}

export interface AuditPage {
  entries: AuditEntry[];
  /** Ask again with it for older ones; null = that was all. */
  before: number | null;
}

export async function auditPage(limit: number, before: number | null): Promise<AuditPage> {
  const rows = await listEntries(limit + 1, before);
  const entries = rows.slice(0, limit).map(readEntry);
  return { entries, before: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
}

/** What was noted of one target, newest first. */
export const auditOf = async (target: string, actions: readonly AuditAction[], limit: number): Promise<AuditEntry[]> =>
  (await listEntriesOf(target, actions, limit)).map(readEntry);

const storedFacts = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(auditEntrySchema.shape.facts);

function readEntry(row: StoredAuditEntry): AuditEntry {
  return {
    id: row.id,
    at: row.at,
    actor: row.actor,
    action: auditActionSchema.parse(row.action),
    target: row.target,
    outcome: auditEntrySchema.shape.outcome.parse(row.outcome),
    facts: storedFacts.parse(row.facts),
    address: row.address,
  };
}
