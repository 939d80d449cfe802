import { AppError } from "@/contract/errors";
import {
  isRunActive,
  planSchema,
  type ProcedureKind,
  procedureKindSchema,
  type RunRequest,
  runEventBodySchema,
  runRequestSchema,
  type RunState,
  runStateSchema,
} from "@/contract/run";
import { say } from "@/contract/sentence";
import { database, type Prisma } from "@/server/database/client";
import { canonicalJson, type SealedEvent } from "@/server/engine/hash-chain";
import {
  type JournalWrite,
  leaseBelievedMs,
  movingRunStates,
  type NewRun,
  OwnershipLost,
  type RunJournal,
  type StoredRun,
} from "@/server/engine/journal";

/** P2002: a unique value is taken. P2025: no row matched the condition of an update. */
const isRefusal = (error: unknown, code: "P2002" | "P2025"): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === code;

const eventRow = ({ seq, at, body, prevHash, hash }: SealedEvent) => ({
  seq,
  at,
  kind: body.kind,
  body: canonicalJson(body),
  prevHash,
  hash,
});

const activeFields = { id: true, kind: true, actor: true, createdAt: true } as const;

/** The journal in the database. Every change is one conditional statement; nothing is read in order to be written back. */
export const runStore: RunJournal = {
  async create({ id, clusterId, draftId, plan, input, actor, idempotencyKey, firstEvent, fenceFloor }: NewRun) {
    try {
      await database().run.create({
        data: {
          id,
          clusterId,
          draftId: draftId ?? null,
          kind: plan.kind,
          state: "planned",
          input: canonicalJson(input),
          plan: canonicalJson(plan),
          factsDigest: plan.factsDigest,
          codeVersion: plan.codeVersion,
          actor,
          idempotencyKey,
          activeKey: clusterId,
          fence: fenceFloor,
          lastSeq: 1,
          events: { create: eventRow(firstEvent) },
        },
      });
      return { id, created: true };
    } catch (error) {
      if (!isRefusal(error, "P2002")) throw error;
      const same = await database().run.findUnique({ where: { idempotencyKey }, select: { id: true } });
      if (same !== null) return { id: same.id, created: false };
      const active = await database().run.findUnique({ where: { activeKey: clusterId }, select: activeFields });
      const { id: run, kind, actor, createdAt } = active ?? { id: "", kind: "", actor: "", createdAt: new Date(0) };
      const since = createdAt.toISOString();
      throw new AppError(
        "run-active",
        active === null ? say("run-active-here") : say("run-active-named", { run, kind, actor, since }),
        {
          facts: { runId: run },
          advice: say("run-let-end"),
        },
      );
    }
  },

  async load(runId) {
    const row = await database().run.findUnique({ where: { id: runId } });
    return row === null ? null : storedRun(row);
  },

  async claimable(nowMs) {
    const rows = await database().run.findMany({
      where: due(nowMs),
      select: { id: true },
      orderBy: { createdAt: "asc" },
    });
    return rows.map(({ id }) => id);
  },

  async claim(runId, owner, nowMs, leaseUntilMs) {
    const row = await database().run.findFirst({
      where: { id: runId, ...due(nowMs) },
      select: { clusterId: true, fence: true },
    });
    if (row === null) return null;
    // This run holds the cluster's activeKey, so no other run of the cluster can be claimed: their highest fence stands still.
    const highest = await database().run.aggregate({ where: { clusterId: row.clusterId }, _max: { fence: true } });
    const { count } = await database().run.updateMany({
      where: { id: runId, fence: row.fence, ...due(nowMs) },
      data: { ownerToken: owner, leaseUntil: new Date(leaseUntilMs), fence: (highest._max.fence ?? 0) + 1 },
    });
    return count === 1 ? this.load(runId) : null;
  },

  async renew(runId, owner, leaseUntilMs) {
    const { count } = await database().run.updateMany({
      where: { id: runId, ownerToken: owner },
      data: { leaseUntil: new Date(leaseUntilMs) },
    });
    if (count !== 1) throw new OwnershipLost(runId);
    const row = await database().run.findUnique({ where: { id: runId }, select: { request: true } });
    return parseRequest(row?.request ?? null);
  },

  async append(runId, owner, afterSeq, write, leaseUntilMs) {
    try {
      await database().run.update({
        where: { id: runId, ownerToken: owner, lastSeq: afterSeq },
        data: {
          lastSeq: afterSeq + write.events.length,
          leaseUntil: new Date(leaseUntilMs),
          ...stateChange(write),
          ...(write.requestTaken === true ? { request: null } : {}),
          ...(write.release === true ? { ownerToken: null, leaseUntil: null } : {}),
          ...(write.events.length === 0 ? {} : { events: { create: write.events.map(eventRow) } }),
        },
        select: { id: true },
      });
    } catch (error) {
      if (isRefusal(error, "P2025") || isRefusal(error, "P2002")) throw new OwnershipLost(runId);
      throw error;
    }
  },

  async release(runId, owner) {
    await database().run.updateMany({
      where: { id: runId, ownerToken: owner },
      data: { ownerToken: null, leaseUntil: null },
    });
  },

  async request(runId, request) {
    const { count } = await database().run.updateMany({
      where: { id: runId, request: null },
      data: { request: canonicalJson(request) },
    });
    return count === 1;
  },

  async events(runId, afterSeq, limit) {
    const rows = await database().runEvent.findMany({
      where: { runId, seq: { gt: afterSeq } },
      orderBy: { seq: "asc" },
      take: limit,
    });
    return rows.map(sealedEvent);
  },
};

/** Work to do and no living owner. */
const due = (nowMs: number) =>
  ({
    AND: [
      { OR: [{ state: { in: [...movingRunStates] } }, { request: { not: null } }] },
      {
        OR: [
          { leaseUntil: null },
          { leaseUntil: { lte: new Date(nowMs) } },
          { leaseUntil: { gt: new Date(nowMs + leaseBelievedMs) } },
        ],
      },
    ],
  }) satisfies Prisma.RunWhereInput;

function stateChange({ state }: JournalWrite) {
  if (state === undefined) return {};
  return isRunActive(state) ? { state } : { state, activeKey: null, finishedAt: new Date() };
}

const parseRequest = (text: string | null): RunRequest | null =>
  text === null ? null : runRequestSchema.parse(JSON.parse(text));

function storedRun(row: Prisma.RunGetPayload<object>): StoredRun {
  return {
    id: row.id,
    clusterId: row.clusterId,
    plan: planSchema.parse(JSON.parse(row.plan)),
    input: JSON.parse(row.input) as unknown,
    state: runStateSchema.parse(row.state),
    actor: row.actor,
    fence: row.fence,
    lastSeq: row.lastSeq,
    request: parseRequest(row.request),
  };
}

const sealedEvent = (row: Prisma.RunEventGetPayload<object>): SealedEvent => ({
  runId: row.runId,
  seq: row.seq,
  at: row.at,
  body: runEventBodySchema.parse(JSON.parse(row.body)),
  prevHash: row.prevHash,
  hash: row.hash,
});

const summaryFields = {
  id: true,
  clusterId: true,
  cluster: { select: { name: true } },
  kind: true,
  state: true,
  actor: true,
  createdAt: true,
  finishedAt: true,
} satisfies Prisma.RunSelect;

function summary(row: Prisma.RunGetPayload<{ select: typeof summaryFields }>) {
  return {
    id: row.id,
    clusterId: row.clusterId,
    clusterName: row.cluster.name,
    kind: procedureKindSchema.parse(row.kind),
    state: runStateSchema.parse(row.state),
    actor: row.actor,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
  };
}
export type RunSummary = ReturnType<typeof summary>;

/** Newest first. */
export async function listRunSummaries(filter: {
  clusterId?: string | undefined;
  activeOnly?: boolean;
  kind?: ProcedureKind;
  state?: RunState;
  limit: number;
}): Promise<RunSummary[]> {
  const rows = await database().run.findMany({
    where: {
      ...(filter.clusterId === undefined ? {} : { clusterId: filter.clusterId }),
      ...(filter.kind === undefined ? {} : { kind: filter.kind }),
      ...(filter.state === undefined ? {} : { state: filter.state }),
      ...(filter.activeOnly === true ? { activeKey: { not: null } } : {}),
    },
    orderBy: { createdAt: "desc" },
    take: filter.limit,
    select: summaryFields,
  });
  return rows.map(summary);
}

export async function findRunSummary(runId: string): Promise<RunSummary | null> {
  const row = await database().run.findUnique({ where: { id: runId }, select: summaryFields });
  return row === null ? null : summary(row);
}

/** The journal without what commands printed: enough to fold the run's progress. */
export async function stepEvents(runId: string): Promise<readonly SealedEvent[]> {
  const rows = await database().runEvent.findMany({
    where: { runId, kind: { notIn: ["step-output"] } },
    orderBy: { seq: "asc" },
  });
  return rows.map(sealedEvent);
}
