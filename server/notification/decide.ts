import { type ClusterEvent, isQuiet } from "@/contract/event";
import { type EventKind, eventKinds, type EventSeverity, severityRank } from "@/contract/event-kinds";
import { isChosen, isQuietTime, type NoticeChange } from "@/contract/notification";
import type { ChannelSettings, NoticeLine } from "@/contract/notification-schema";

/** What comes together goes together: a lost node is three events within seconds. Longer: the first word comes late. */
export const gatherMs = { critical: 5_000, other: 20_000 } as const;
/** Between two messages of a channel, unless something is critical. Shorter: a bad minute fills the chat. */
export const gapMs = 60_000;
/** Over for that long before the follow-up is sent, so that a flap does not say "over" and "again" in turn. */
export const endSettleMs = 2 * 60_000;
/** Chats turn senders away at twenty a minute, people at far fewer; what comes beyond waits and comes as one. */
export const messagesPerHour = 20;
/** A critical event does not wait for the hour to end, but a storm of them does. */
export const criticalMessagesPerHour = 30;
/** Nobody wants to hear on Monday what happened on Friday; the timeline has it. */
export const tooOldMs = 24 * 3_600_000;
/** More lines are not read in a chat. */
export const linesPerMessage = 20;

/** What the channel was last told of an event. */
export interface Told {
  readonly severity: EventSeverity;
  readonly count: number;
  readonly ended: boolean;
}

export interface DecisionInput {
  readonly channelId: string;
  readonly settings: ChannelSettings;
  /** The channel tells of nothing that began before. */
  readonly sinceMs: number;
  readonly events: readonly ClusterEvent[];
  readonly told: ReadonlyMap<number, Told>;
  /** When its messages of the last hour were made. */
  readonly sentAtMs: readonly number[];
  /** Line → since when it waits; kept by the caller from one decision to the next. */
  readonly waiting: ReadonlyMap<string, number>;
  readonly nowMs: number;
}

export interface Decision {
  /** One message each: the lines of one cluster. Empty: nothing is sent now. */
  readonly messages: readonly { clusterId: string | null; lines: readonly NoticeLine[] }[];
  readonly waiting: ReadonlyMap<string, number>;
}

const hourMs = 3_600_000;

/** What this channel sends now. Pure: the same input always sends the same. */
export function decide(input: DecisionInput): Decision {
  const { settings, events, waiting, nowMs } = input;
  const lines = events.flatMap((event) => {
    const change = changeOf(event, input);
    return change === null ? [] : [{ event, change, key: `${event.id} ${change}` }];
  });
  const since = new Map(lines.map(({ key }) => [key, waiting.get(key) ?? nowMs]));
  const isNight = isQuietTime(settings.quiet, settings.timeZone, nowMs);
  const mayWake = settings.quiet?.criticalBreaksThrough === true;
  const awake = isNight ? lines.filter(({ event }) => mayWake && event.severity === "critical") : lines;
  const due = awake.some(({ event, key }) => {
    const isCritical = event.severity === "critical";
    const gathered = nowMs - (since.get(key) ?? nowMs) >= (isCritical ? gatherMs.critical : gatherMs.other);
    return gathered && hasRoom(input, isCritical);
  });
  if (!due) return { messages: [], waiting: since };
  for (const { key } of awake) since.delete(key);
  const clusters = new Set(awake.map(({ event }) => event.clusterId));
  const messages = [...clusters].map((clusterId) => ({
    clusterId,
    lines: awake
      .filter(({ event }) => event.clusterId === clusterId)
      .map(lineOf)
      .toSorted(worstFirst),
  }));
  return { messages, waiting: since };
}

function hasRoom({ sentAtMs, nowMs }: DecisionInput, isCritical: boolean): boolean {
  const lastHour = sentAtMs.filter((at) => nowMs - at < hourMs);
  if (lastHour.length >= (isCritical ? criticalMessagesPerHour : messagesPerHour)) return false;
  return isCritical || lastHour.every((at) => nowMs - at >= gapMs);
}

function changeOf(event: ClusterEvent, input: DecisionInput): NoticeChange | null {
  const { channelId, settings, sinceMs, told, nowMs } = input;
  const { kind, clusterId, endedAt, beganAt, severity, count } = event;
  if (!settings.enabled || !isChosen(settings, kind) || isItsOwnFailure(event, channelId)) return null;
  if (clusterId !== null && settings.clusters?.includes(clusterId) === false) return null;
  const before = told.get(event.id);
  if (before === undefined) {
    const changedMs = Date.parse(endedAt ?? beganAt);
    if (Date.parse(beganAt) < sinceMs || isQuiet(event, nowMs)) return null;
    if (endedAt !== null && nowMs - changedMs > tooOldMs) return null;
    if (eventKinds[kind].nature === "moment") return "happened";
    return endedAt === null ? "began" : "over";
  }
  if (endedAt !== null) {
    if (before.ended || eventKinds[kind].nature === "moment") return null;
    return nowMs - Date.parse(endedAt) >= endSettleMs ? "ended" : null;
  }
  if (before.ended) return count > before.count ? "again" : null;
  return severityRank(severity) > severityRank(before.severity) ? "worse" : null;
}

/** A channel that fails cannot say so; the others and the panel do. */
const isItsOwnFailure = ({ kind, identity }: ClusterEvent, channelId: string): boolean =>
  kind === ("notifications-failing" satisfies EventKind) && identity.endsWith(channelId);

const lineOf = ({ event, change }: { event: ClusterEvent; change: NoticeChange }): NoticeLine => ({
  eventId: event.id,
  change,
  kind: event.kind,
  severity: event.severity,
  node: event.node,
  runId: event.runId,
  facts: event.facts,
  beganAt: event.beganAt,
  endedAt: event.endedAt,
  count: event.count,
});

const hasPassed = ({ change }: NoticeLine): boolean => change === "ended" || change === "over";

const worstFirst = (a: NoticeLine, b: NoticeLine): number =>
  Number(hasPassed(a)) - Number(hasPassed(b)) ||
  severityRank(b.severity) - severityRank(a.severity) ||
  a.beganAt.localeCompare(b.beganAt);
