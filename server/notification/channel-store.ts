import { type ChannelSettings, channelSettingsSchema } from "@/contract/notification-schema";
import { type Sentence } from "@/contract/sentence";
import { sentenceSchema } from "@/contract/sentence-schema";
import { database, type Prisma } from "@/server/database/client";

export interface StoredChannel {
  readonly id: string;
  readonly name: string;
  readonly settings: ChannelSettings;
  readonly secretRef: string | null;
  readonly createdAt: Date;
  /** Since when nothing reaches it. */
  readonly failingSince: Date | null;
  readonly lastAnswer: Sentence | null;
  readonly deliveredAt: Date | null;
}

const read = (row: Prisma.NotificationChannelGetPayload<object>): StoredChannel => ({
  id: row.id,
  name: row.name,
  settings: channelSettingsSchema.parse(JSON.parse(row.settings)),
  secretRef: row.secretRef,
  createdAt: row.createdAt,
  failingSince: row.failingSince,
  lastAnswer: row.lastAnswer === null ? null : readAnswer(row.lastAnswer),
  deliveredAt: row.deliveredAt,
});

export const readAnswer = (text: string): Sentence => sentenceSchema.parse(JSON.parse(text));

export async function listChannels(): Promise<StoredChannel[]> {
  return (await database().notificationChannel.findMany({ orderBy: { name: "asc" } })).map(read);
}

export async function findChannel(id: string): Promise<StoredChannel | null> {
  const row = await database().notificationChannel.findUnique({ where: { id } });
  return row === null ? null : read(row);
}

/** False: the name is another channel's. */
export async function saveChannel(
  id: string,
  { name, settings, secretRef }: Pick<StoredChannel, "name" | "settings" | "secretRef">,
): Promise<boolean> {
  const data = { name, settings: JSON.stringify(settings), secretRef };
  try {
    await database().notificationChannel.upsert({ where: { id }, create: { id, ...data }, update: data });
    return true;
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === "P2002") return false;
    throw error;
  }
}

export async function removeChannel(id: string): Promise<void> {
  await database().notificationChannel.deleteMany({ where: { id } });
}

/** How the last try ended. A first failure begins the time of failing, later ones leave it. */
export async function noteOutcome(id: string, delivered: boolean, answer: string, at: Date): Promise<void> {
  const { notificationChannel } = database();
  if (delivered) {
    await notificationChannel.updateMany({
      where: { id },
      data: { failingSince: null, lastAnswer: answer, deliveredAt: at },
    });
    return;
  }
  await notificationChannel.updateMany({ where: { id }, data: { lastAnswer: answer } });
  await notificationChannel.updateMany({ where: { id, failingSince: null }, data: { failingSince: at } });
}
