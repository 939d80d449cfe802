import { type ClusterEvent } from "@/contract/event";
import { type Acknowledgement, clusterEventSchema, type EventFilter } from "@/contract/event-schema";
import type { Condition } from "@/contract/event-conditions";
import { eventKindNames, eventKinds } from "@/contract/event-kinds";
import type { Moment } from "@/contract/event-moments";
import { database, type Prisma } from "@/server/database/client";
import { flapWindowMs, type Standing } from "@/server/event/track";

type Row = Prisma.EventGetPayload<object>;

/** Of a moment for ever, of a condition while it stands. */
const keyOf = (clusterId: string | null, identity: string): string => `${clusterId ?? "panel"} ${identity}`;

const isTaken = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "P2002";

export async function standingIn(clusterId: string | null): Promise<Standing[]> {
  const rows = await database().event.findMany({ where: { clusterId, endedAt: null } });
  return rows.map((row) => ({ ...fieldsOf(row), eventId: row.id, source: row.source, facts: row.facts }));
}

const fieldsOf = (row: Row) => clusterEventSchema.pick({ identity: true, kind: true, severity: true }).parse(row);

/** False: another process was quicker. A condition that ended a moment ago is opened again, with one more to its count. */
export async function openEvent(
  clusterId: string | null,
  condition: Condition,
  sinceMs: number,
  facts: string,
): Promise<boolean> {
  const { identity, kind, severity, node, runId, source } = condition;
  const key = keyOf(clusterId, identity);
  const earlier = await database().event.findFirst({
    where: { clusterId, identity, endedAt: { gte: new Date(sinceMs - flapWindowMs) } },
    orderBy: { id: "desc" },
  });
  try {
    if (earlier === null)
      await database().event.create({
        data: { clusterId, identity, key, kind, severity, node, runId, source, facts, beganAt: new Date(sinceMs) },
      });
    else
      await database().event.update({
        where: { id: earlier.id },
        data: { key, kind, severity, runId, source, facts, endedAt: null, count: { increment: 1 } },
      });
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}

export async function changeEvent(eventId: number, { kind, severity }: Condition, facts: string): Promise<void> {
  await database().event.update({ where: { id: eventId }, data: { kind, severity, facts } });
}

export async function closeEvent(eventId: number, endedMs: number): Promise<void> {
  await database().event.updateMany({
    where: { id: eventId, endedAt: null },
    data: { endedAt: new Date(endedMs), key: null },
  });
}

/** Those of `moments` that are not written down yet. */
export async function unwritten(clusterId: string, moments: readonly Moment[]): Promise<Moment[]> {
  const keys = moments.map(({ identity }) => keyOf(clusterId, identity));
  const rows = await database().event.findMany({ where: { key: { in: keys } }, select: { key: true } });
  const written = new Set(rows.map(({ key }) => key));
  return moments.filter(({ identity }) => !written.has(keyOf(clusterId, identity)));
}

export async function writeMoment(clusterId: string, moment: Moment, facts: string): Promise<void> {
  const { identity, kind, severity, node, runId } = moment;
  const at = new Date(moment.at);
  const key = keyOf(clusterId, identity);
  try {
    await database().event.create({
      data: { clusterId, identity, key, kind, severity, node, runId, source: "", facts, beganAt: at, endedAt: at },
    });
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
}

/** Everything over and beyond the newest `kept` of a cluster goes. What stands stays. */
export async function forgetOldEvents(clusterId: string | null, kept: number): Promise<number> {
  const oldest = await database().event.findFirst({
    where: { clusterId },
    orderBy: { id: "desc" },
    skip: kept,
    select: { id: true },
  });
  if (oldest === null) return 0;
  const { count } = await database().event.deleteMany({
    where: { clusterId, id: { lte: oldest.id }, endedAt: { not: null } },
  });
  return count;
}

export async function findEvent(id: number): Promise<ClusterEvent | null> {
  const row = await database().event.findUnique({ where: { id } });
  return row === null ? null : readEvent(row);
}

export async function listEvents(
  filter: EventFilter,
  page: { limit: number; before: { at: Date; id: number } | null },
): Promise<ClusterEvent[]> {
  const { clusterId, groups, severities, nodes, sinceMs, untilMs } = filter;
  const { before, limit } = page;
  const rows = await database().event.findMany({
    where: {
      AND: [
        clusterId === null ? {} : { clusterId },
        groups === null
          ? {}
          : { kind: { in: eventKindNames.filter((kind) => groups.includes(eventKinds[kind].group)) } },
        severities === null ? {} : { severity: { in: severities } },
        nodes === null ? {} : { node: { in: nodes } },
        sinceMs === null ? {} : { OR: [{ endedAt: null }, { endedAt: { gte: new Date(sinceMs) } }] },
        untilMs === null ? {} : { beganAt: { lte: new Date(untilMs) } },
        before === null ? {} : { OR: [{ beganAt: { lt: before.at } }, { beganAt: before.at, id: { lt: before.id } }] },
      ],
    },
    orderBy: [{ beganAt: "desc" }, { id: "desc" }],
    take: limit,
  });
  return rows.map(readEvent);
}

/** Everywhere, or in one cluster and the panel itself. */
export async function listStanding(clusterId: string | null): Promise<ClusterEvent[]> {
  const wanted = clusterId === null ? { cluster: { forgottenAt: null } } : { clusterId };
  const where = { OR: [wanted, { clusterId: null }], endedAt: null };
  const rows = await database().event.findMany({ where, orderBy: { id: "asc" } });
  return rows.map(readEvent);
}

/** What stands or has changed since. */
export async function changedSince(since: Date): Promise<ClusterEvent[]> {
  const rows = await database().event.findMany({
    where: { OR: [{ endedAt: null }, { updatedAt: { gte: since } }] },
    orderBy: { id: "asc" },
  });
  return rows.map(readEvent);
}

export async function saveAcknowledgement(id: number, ack: Acknowledgement | null): Promise<void> {
  await database().event.update({
    where: { id },
    data: {
      ackBy: ack?.by ?? null,
      ackAt: ack === null ? null : new Date(ack.at),
      ackReason: ack?.reason ?? null,
      ackUntil: ack?.until == null ? null : new Date(ack.until),
      ackSeverity: ack?.severity ?? null,
      ackCount: ack?.count ?? null,
    },
  });
}

function readEvent(row: Row): ClusterEvent {
  return clusterEventSchema.parse({
    ...row,
    facts: JSON.parse(row.facts),
    beganAt: row.beganAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    acknowledged:
      row.ackBy === null
        ? null
        : {
            by: row.ackBy,
            at: row.ackAt?.toISOString() ?? "",
            reason: row.ackReason,
            until: row.ackUntil?.toISOString() ?? null,
            severity: row.ackSeverity,
            count: row.ackCount,
          },
  });
}
