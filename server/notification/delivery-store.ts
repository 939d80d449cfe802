import { createHash } from "node:crypto";
import { eventSeveritySchema } from "@/contract/event-schema";
import type { DeliveryState } from "@/contract/notification";
import { type NoticeLine, type NoticeMessage, noticeMessageSchema } from "@/contract/notification-schema";
import type { Sentence } from "@/contract/sentence";
import { database, type Prisma } from "@/server/database/client";
import { readAnswer } from "@/server/notification/channel-store";
import type { Told } from "@/server/notification/decide";

export interface Delivery {
  readonly id: string;
  readonly channelId: string;
  readonly message: NoticeMessage;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly dueAt: Date;
  readonly answer: Sentence | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

function read(row: Prisma.NotificationDeliveryGetPayload<object>): Delivery {
  const state = row.state === "delivered" || row.state === "given-up" ? row.state : "waiting";
  const message = noticeMessageSchema.parse(JSON.parse(row.message));
  return { ...row, state, message, answer: row.answer === null ? null : readAnswer(row.answer) };
}

/** Two panels that decide the same give it the same name, and the database keeps one. */
const nameOf = (channelId: string, lines: readonly NoticeLine[]): string =>
  createHash("sha256")
    .update(JSON.stringify([channelId, ...lines.map((line) => [line.eventId, line.change, line.severity, line.count])]))
    .digest("hex")
    .slice(0, 32);

/** Of the events from this one on. */
export async function toldOf(channelId: string, fromEventId: number): Promise<Map<number, Told>> {
  const where = { channelId, eventId: { gte: fromEventId } };
  const rows = await database().notificationNotice.findMany({ where });
  return new Map(
    rows.map(({ eventId, severity, count, ended }) => [
      eventId,
      { severity: eventSeveritySchema.parse(severity), count, ended },
    ]),
  );
}

/** The message and what the channel is told by it, both or neither. False: another panel was quicker. */
export async function enqueue(
  channelId: string,
  message: NoticeMessage,
  lines: readonly NoticeLine[],
  now: Date,
): Promise<boolean> {
  const client = database();
  const id = nameOf(channelId, lines);
  const notices = lines.map(({ eventId, severity, count, endedAt }) => {
    const told = { severity, count, ended: endedAt !== null, toldAt: now };
    const key = { channelId, eventId };
    return client.notificationNotice.upsert({
      where: { channelId_eventId: key },
      create: { ...key, ...told },
      update: told,
    });
  });
  const data = { id, channelId, message: JSON.stringify(message), state: "waiting", dueAt: now, createdAt: now };
  try {
    await client.$transaction([client.notificationDelivery.create({ data }), ...notices]);
    return true;
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === "P2002") return false;
    throw error;
  }
}

export async function sentSince(channelId: string, since: Date): Promise<number[]> {
  const rows = await database().notificationDelivery.findMany({
    where: { channelId, createdAt: { gte: since } },
    select: { createdAt: true },
  });
  return rows.map(({ createdAt }) => createdAt.getTime());
}

/** The oldest that waits: messages keep their order. */
export async function nextOf(channelId: string): Promise<Delivery | null> {
  const row = await database().notificationDelivery.findFirst({
    where: { channelId, state: "waiting" },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
  return row === null ? null : read(row);
}

/** True: it is ours until then. Another panel, or this one after a crash, may take it afterwards. */
export async function claim({ id, dueAt }: Delivery, until: Date): Promise<boolean> {
  const { count } = await database().notificationDelivery.updateMany({
    where: { id, state: "waiting", dueAt },
    data: { dueAt: until },
  });
  return count === 1;
}

export async function settle(
  id: string,
  how: Pick<Delivery, "state" | "attempts" | "dueAt" | "endedAt"> & { answer: string },
): Promise<void> {
  await database().notificationDelivery.updateMany({ where: { id }, data: how });
}

/** Newest first. */
export async function listDeliveries(channelId: string, limit: number): Promise<Delivery[]> {
  const rows = await database().notificationDelivery.findMany({
    where: { channelId },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit,
  });
  return rows.map(read);
}

export async function forgetDeliveries(before: Date): Promise<void> {
  await database().notificationDelivery.deleteMany({ where: { createdAt: { lt: before }, state: { not: "waiting" } } });
}
