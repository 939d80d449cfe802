import { type EventKind, eventKinds, type EventSeverity } from "@/contract/event-kinds";

export const channelKinds = ["webhook", "email", "dingtalk", "wecom", "slack"] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** Differences from what a new channel tells: a kind that a later version brings follows its own default. */
export interface EventChoice {
  readonly on: readonly string[];
  readonly off: readonly string[];
}

export const isChosen = ({ on, off }: EventChoice, kind: EventKind): boolean =>
  eventKinds[kind].told ? !off.includes(kind) : on.includes(kind);

export function withChoice(
  { on, off }: EventChoice,
  kind: EventKind,
  chosen: boolean,
): { on: string[]; off: string[] } {
  const without = (kinds: readonly string[]) => kinds.filter((each) => each !== kind);
  const { told } = eventKinds[kind];
  return {
    on: chosen && !told ? [...without(on), kind] : without(on),
    off: !chosen && told ? [...without(off), kind] : without(off),
  };
}

export interface QuietHours {
  /** "22:00": from this minute… */
  readonly from: string;
  /** …to before this one; the same as `from`: all day. */
  readonly to: string;
  readonly criticalBreaksThrough: boolean;
}

/** Making one costs a millisecond, and every round asks every channel. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  clocks.set(timeZone, made);
  return made;
}

/** "HH:MM" in that zone; summer time is the zone's own business. */
const timeOfDay = (timeZone: string, ms: number): string => clockOf(timeZone).format(ms);

export function isQuietTime(quiet: QuietHours | null, timeZone: string, nowMs: number): boolean {
  if (quiet === null) return false;
  const now = timeOfDay(timeZone, nowMs);
  const { from, to } = quiet;
  return from < to ? now >= from && now < to : now >= from || now < to;
}

/** What a line says has become of its event since the channel was last told. */
export const noticeChanges = ["happened", "began", "worse", "again", "ended", "over", "test"] as const;
export type NoticeChange = (typeof noticeChanges)[number];

export type DeliveryState = "waiting" | "delivered" | "given-up";

export const worstOf = (severities: readonly EventSeverity[]): EventSeverity =>
  severities.includes("critical") ? "critical" : severities.includes("warning") ? "warning" : "info";
