import { randomUUID } from "node:crypto";
import { AppError } from "@/contract/errors";
import {
  type ChannelInput,
  type ChannelSecrets,
  channelSecretsSchema,
  type ChannelSettings,
  type NoticeMessage,
} from "@/contract/notification-schema";
import { say, type Sentence } from "@/contract/sentence";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import {
  findChannel,
  listChannels,
  noteOutcome,
  removeChannel,
  saveChannel,
  type StoredChannel,
} from "@/server/notification/channel-store";
import { type Delivery, listDeliveries } from "@/server/notification/delivery-store";
import { sendMessage } from "@/server/notification/send";
import { openSecret, putSecret, removeSecret } from "@/server/secret/service";

/** A channel as people see it: what is secret is only said to be there. */
export interface ChannelView extends Omit<StoredChannel, "secretRef"> {
  /** "https://chat.example.com/…" */
  readonly target: string;
  readonly has: Readonly<Record<keyof ChannelSecrets, boolean>>;
  /** Newest first. */
  readonly deliveries: readonly Delivery[];
}

const deliveriesShown = 20;
const noSecrets: ChannelSecrets = { url: null, key: null, password: null };

export const secretsOf = async ({ secretRef }: Pick<StoredChannel, "secretRef">): Promise<ChannelSecrets> =>
  secretRef === null ? noSecrets : channelSecretsSchema.parse(JSON.parse(await openSecret(secretRef)));

export async function channels(): Promise<ChannelView[]> {
  return await Promise.all((await listChannels()).map(view));
}

async function view(channel: StoredChannel): Promise<ChannelView> {
  const { secretRef: _, ...shown } = channel;
  const secrets = await secretsOf(channel).catch(() => noSecrets);
  return {
    ...shown,
    target: targetShown(channel.settings, secrets),
    has: { url: secrets.url !== null, key: secrets.key !== null, password: secrets.password !== null },
    deliveries: await listDeliveries(channel.id, deliveriesShown),
  };
}

function targetShown({ mail }: ChannelSettings, { url }: ChannelSecrets): string {
  if (mail !== null) return `${mail.to.join(", ")} (${mail.host}:${mail.port})`;
  return url === null ? "" : `${new URL(url).origin}/…`;
}

export async function save(subject: AuditSubject, input: ChannelInput): Promise<{ id: string }> {
  const before = input.id === null ? null : await existing(input.id);
  const { settings, secrets } = await merged(before, input);
  const id = before?.id ?? randomUUID();
  const secretRef = before?.secretRef ?? `notification:${id}`;
  await recordAudit(subject, "notification-channel-saved", {
    target: `channel:${input.name}`,
    facts: { kind: settings.kind, to: targetShown(settings, secrets), enabled: settings.enabled },
  });
  await putSecret("notification-target", JSON.stringify(secrets), secretRef);
  if (!(await saveChannel(id, { name: input.name, settings, secretRef })))
    throw new AppError("conflict", say("notify-name-taken", { name: input.name }), { facts: { name: input.name } });
  return { id };
}

export interface TestOutcome {
  readonly delivered: boolean;
  readonly said: Sentence;
  readonly milliseconds: number;
}

/** Sends a test message as the form stands now, saved or not, and tells what the other side said. */
export async function test(subject: AuditSubject, input: ChannelInput): Promise<TestOutcome> {
  const before = input.id === null ? null : await existing(input.id);
  const target = await merged(before, input);
  const began = performance.now();
  const now = Date.now();
  const { delivered, said } = await sendMessage(target, testMessage(new Date(now), input.name), randomUUID(), now);
  await recordAudit(subject, "notification-channel-tested", {
    target: `channel:${input.name}`,
    outcome: delivered ? "done" : "failed",
    facts: { to: targetShown(target.settings, target.secrets) },
  });
  const isSaved = before !== null && JSON.stringify(await secretsOf(before)) === JSON.stringify(target.secrets);
  if (isSaved && delivered) await noteOutcome(before.id, true, JSON.stringify(said), new Date(now));
  return { delivered, said, milliseconds: Math.round(performance.now() - began) };
}

export async function remove(subject: AuditSubject, id: string): Promise<void> {
  const channel = await existing(id);
  await recordAudit(subject, "notification-channel-removed", { target: `channel:${channel.name}` });
  await removeChannel(id);
  if (channel.secretRef !== null) await removeSecret(channel.secretRef);
}

async function existing(id: string): Promise<StoredChannel> {
  const channel = await findChannel(id);
  if (channel === null)
    throw new AppError("not-found", say("notify-no-channel", { id }), { facts: { what: "channel", id } });
  return channel;
}

async function merged(
  before: StoredChannel | null,
  { settings, secrets }: ChannelInput,
): Promise<{ settings: ChannelSettings; secrets: ChannelSecrets }> {
  const kept = before === null ? noSecrets : await secretsOf(before);
  const given = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== undefined));
  const all = channelSecretsSchema.parse({ ...kept, ...given });
  if (settings.kind === "email") return { settings, secrets: checkedMail(settings, all) };
  const url = all.url?.trim() ?? "";
  if (url === "") throw refused(say("notify-no-url"));
  if (!isUsableUrl(url)) throw refused(say("notify-bad-url"));
  return { settings: { ...settings, mail: null }, secrets: { url, key: all.key, password: null } };
}

function checkedMail({ mail }: ChannelSettings, { password }: ChannelSecrets): ChannelSecrets {
  if (mail === null) throw refused(say("notify-no-mail"));
  if (mail.security === "none" && mail.user !== null) throw refused(say("notify-clear-password"));
  return { url: null, key: null, password: mail.user === null ? null : password };
}

function isUsableUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && username === "" && password === "";
}

const refused = (why: Sentence): AppError => new AppError("bad-input", why);

const testMessage = (now: Date, channel: string): NoticeMessage => ({
  clusterId: null,
  cluster: null,
  more: 0,
  lines: [
    {
      eventId: 0,
      change: "test",
      kind: "notifications-failing",
      severity: "info",
      node: null,
      runId: null,
      facts: { channel },
      beganAt: now.toISOString(),
      endedAt: now.toISOString(),
      count: 1,
    },
  ],
});
