import { z } from "zod";
import { clusterEventSchema } from "@/contract/event-schema";
import { channelKinds, noticeChanges } from "@/contract/notification";

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
};
const mailAddress = z.email().max(254);

export const mailServerSchema = z.object({
  host: z
    .string()
    .trim()
    .min(1)
    .max(253)
    .regex(/^[A-Za-z0-9.:_-]+$/),
  port: z.number().int().min(1).max(65_535),
  /** tls: from the first byte (465). starttls: before anything is said, or nothing is sent (587). none: inside one's own network (25). */
  security: z.enum(["tls", "starttls", "none"]),
  user: z.string().trim().max(254).nullable(),
  from: mailAddress,
  to: z.array(mailAddress).min(1).max(20),
});

export const channelSettingsSchema = z.object({
  kind: z.enum(channelKinds),
  enabled: z.boolean(),
  locale: z.enum(["zh-CN", "en"]),
  /** Of the times in messages and of the quiet hours. */
  timeZone: z.string().max(64).refine(isTimeZone),
  on: z.array(z.string().max(64)).max(200),
  off: z.array(z.string().max(64)).max(200),
  /** Null: all, those to come too. */
  clusters: z.array(z.string()).max(200).nullable(),
  quiet: z.object({ from: clock, to: clock, criticalBreaksThrough: z.boolean() }).nullable(),
  /** Of kind email only. */
  mail: mailServerSchema.nullable(),
  /** Where the panel is opened: links in messages begin with it. */
  panelUrl: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .nullable(),
});
export type ChannelSettings = z.infer<typeof channelSettingsSchema>;

/** Whoever holds one of these can write into the chat, or send mail in the panel's name. */
export const channelSecretsSchema = z.object({
  url: z.string().max(2_000).nullable(),
  /** Signs what is sent: HMAC-SHA256 of a webhook, the "signature" of a DingTalk robot. */
  key: z.string().max(500).nullable(),
  password: z.string().max(500).nullable(),
});
export type ChannelSecrets = z.infer<typeof channelSecretsSchema>;

/** A secret that is not given stays as it is. */
export const channelInputSchema = z.object({
  id: z.string().nullable(),
  name: z.string().trim().min(1).max(64),
  settings: channelSettingsSchema,
  secrets: channelSecretsSchema.partial(),
});
export type ChannelInput = z.infer<typeof channelInputSchema>;

export const noticeLineSchema = clusterEventSchema
  .pick({ kind: true, severity: true, node: true, runId: true, facts: true, beganAt: true, endedAt: true, count: true })
  .extend({ eventId: z.number(), change: z.enum(noticeChanges) });
export type NoticeLine = z.infer<typeof noticeLineSchema>;

export const noticeMessageSchema = z.object({
  /** Null: of the panel itself. */
  clusterId: z.string().nullable(),
  cluster: z.string().nullable(),
  lines: z.array(noticeLineSchema),
  /** Lines left out because there were too many. */
  more: z.number(),
});
export type NoticeMessage = z.infer<typeof noticeMessageSchema>;
