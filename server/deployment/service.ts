import { randomBytes } from "node:crypto";
import type { DeploymentDraft } from "@/contract/deployment";
import { firstOpenPlace } from "@/contract/deployment-problems";
import { settleDraft } from "@/contract/deployment-settle";
import { suggestMissing } from "@/contract/deployment-suggestions";
import { AppError } from "@/contract/errors";
import { endedWithoutResult } from "@/contract/run";
import { localMac } from "@/contract/mac-address";
import { say } from "@/contract/sentence";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import {
  applyPatch,
  type DraftPatch,
  emptyDraft,
  readBody,
  touchedBy,
  writeBody,
} from "@/server/deployment/draft-body";
import {
  clusterOfDraft,
  type DraftRow,
  deleteDraft,
  findDraft,
  insertDraft,
  listDrafts,
  newestRunOf,
  saveDraft,
} from "@/server/deployment/store";

/** A save loses the race only against another save of the same draft; this many in a row is something else. */
const saveAttemptsMax = 8;

/** What the browser gets. Problems and place states follow from the draft by pure functions it has too. */
export interface DraftView {
  draft: DeploymentDraft;
  savedAt: Date;
  clusterId: string | null;
  run: { id: string; state: string } | null;
}

export async function draftRow(id: string): Promise<DraftRow> {
  const row = await findDraft(id);
  if (row === null)
    throw new AppError("not-found", say("no-draft", { id }), {
      facts: { draft: id },
      advice: say("draft-maybe-discarded"),
    });
  return row;
}

export async function getDraft(id: string): Promise<DraftView> {
  return view(await draftRow(id));
}

async function view(row: DraftRow): Promise<DraftView> {
  return {
    draft: row.draft,
    savedAt: row.savedAt,
    clusterId: row.clusterId,
    run: await standingRunOf({ id: row.draft.id, clusterId: row.clusterId }),
  };
}

/** The run this draft stands for: none before the first start, nor after one that was undone or given up. */
export async function standingRunOf(row: {
  id: string;
  clusterId: string | null;
}): Promise<{ id: string; state: string } | null> {
  if (row.clusterId === null) return null;
  const newest = await newestRunOf(row.id);
  return newest !== null && endedWithoutResult(newest.state) ? null : newest;
}

export async function createDraft(clusterName: string, subject: AuditSubject): Promise<DraftView> {
  const body = writeBody({ draft: { id: "", revision: 0, ...emptyDraft(clusterName) }, touched: {} });
  const row = await insertDraft(body, subject.actor?.username ?? "trivet");
  await recordAudit(subject, "draft-created", { target: `draft:${row.draft.id}` });
  return view(row);
}

export interface DraftSummary {
  id: string;
  clusterName: string;
  nodes: string[];
  openPlace: string;
  createdBy: string;
  savedAt: Date;
  clusterId: string | null;
  /** A run stands for it: it can no longer be changed. */
  started: boolean;
  /** The stored text belongs to another version of the panel. */
  readable: boolean;
}

export async function draftSummaries(): Promise<DraftSummary[]> {
  const rows = await listDrafts();
  return await Promise.all(rows.map(summaryOf));
}

async function summaryOf(row: Awaited<ReturnType<typeof listDrafts>>[number]): Promise<DraftSummary> {
  const { id, createdBy, clusterId } = row;
  const started = (await standingRunOf({ id, clusterId })) !== null;
  const base = { id, createdBy, savedAt: row.updatedAt, clusterId, started };
  try {
    const { draft } = readBody(row.id, row.revision, row.body);
    return {
      ...base,
      clusterName: draft.clusterName,
      nodes: draft.nodes.map((node) => node.facts?.hostName ?? node.address),
      openPlace: firstOpenPlace(draft),
      readable: true,
    };
  } catch (error) {
    if (!(error instanceof AppError) && !(error instanceof SyntaxError)) throw error;
    return { ...base, clusterName: "", nodes: [], openPlace: "prepare", readable: false };
  }
}

export async function discardDraft(id: string, subject: AuditSubject): Promise<void> {
  // Not read as a draft: one of another version must be discardable too.
  const cluster = await clusterOfDraft(id);
  if (cluster !== null) {
    throw new AppError("blocked", say("draft-is-cluster"), {
      facts: { draft: id, cluster },
    });
  }
  await deleteDraft(id);
  await recordAudit(subject, "draft-removed", { target: `draft:${id}` });
}

export type PatchResult =
  | { kind: "saved"; view: DraftView }
  /** The same part was changed since `base`: nothing was written, here is the newer draft. */
  | { kind: "conflict"; view: DraftView };

export async function patchDraft(id: string, patch: DraftPatch, base: number): Promise<PatchResult> {
  for (let attempt = 0; attempt < saveAttemptsMax; attempt += 1) {
    const row = await draftRow(id);
    await requireUnstarted(row);
    const changed = applyPatch(row, patch, base);
    if (changed === null) return { kind: "conflict", view: await view(row) };
    // Edited as text, the configuration may differ from the plan: then it is kept and the difference is a problem.
    const settled = patch.part === "config" ? changed : settleDraft(changed);
    if (await save(row, settled)) return { kind: "saved", view: await getDraft(id) };
  }
  throw lostRace(id);
}

/** For what the panel itself finds out (facts, keys, uploads): applied to the newest draft, whoever saved it. */
export async function changeDraft(id: string, change: (draft: DeploymentDraft) => DeploymentDraft): Promise<DraftView> {
  for (let attempt = 0; attempt < saveAttemptsMax; attempt += 1) {
    const row = await draftRow(id);
    await requireUnstarted(row);
    const changed = suggestMissing(change(row.draft), localMac(randomBytes(6)));
    if (JSON.stringify(changed) === JSON.stringify(row.draft)) return view(row);
    if (await save(row, changed)) return getDraft(id);
  }
  throw lostRace(id);
}

function save(row: DraftRow, draft: DeploymentDraft): Promise<boolean> {
  const { revision } = row.draft;
  return saveDraft({ draft, touched: touchedBy(row, draft, revision + 1) }, revision);
}

async function requireUnstarted(row: DraftRow): Promise<void> {
  if ((await standingRunOf({ id: row.draft.id, clusterId: row.clusterId })) === null) return;
  throw new AppError("blocked", say("draft-started"), {
    facts: { draft: row.draft.id, cluster: row.clusterId },
    advice: say("draft-open-run"),
  });
}

const lostRace = (id: string): AppError =>
  new AppError("conflict", say("draft-contended", { times: saveAttemptsMax }), {
    facts: { draft: id },
    advice: say("try-again"),
  });
