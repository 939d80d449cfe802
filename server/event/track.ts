import type { Condition, Judgement } from "@/contract/event-conditions";
import { eventKinds, type EventSeverity, severityRank } from "@/contract/event-kinds";

/**
 * Gone for that long before it counts as over. Shorter: an election or a restarted daemon makes two events of one. Longer: what is
 * mended stays red.
 */
export const clearAfterMs = 20_000;

/** Again within this after it was over: the same event once more, with a count. */
export const flapWindowMs = 10 * 60_000;

/** What stands according to the store. */
export interface Standing {
  readonly eventId: number;
  readonly identity: string;
  readonly kind: string;
  readonly severity: EventSeverity;
  readonly source: string;
  readonly facts: string;
}

/** What one process remembers between two looks; a new one starts with nothing and settles anew. */
export interface TrackMemory {
  /** Identity → since when it holds without a break. */
  readonly holding: ReadonlyMap<string, number>;
  /** Identity → since when a reading that can be believed does not show it. */
  readonly missing: ReadonlyMap<string, number>;
}
export const noMemory: TrackMemory = { holding: new Map(), missing: new Map() };

export type TrackAction =
  | { readonly do: "open"; readonly condition: Condition; readonly sinceMs: number }
  /** The same thing with other words: worse, better, or with other facts. */
  | { readonly do: "change"; readonly eventId: number; readonly condition: Condition }
  | { readonly do: "close"; readonly eventId: number; readonly endedMs: number };

/** One look. What cannot be read neither begins nor ends anything. Pure. */
export function track(
  memory: TrackMemory,
  standing: readonly Standing[],
  { conditions, readable }: Judgement,
  nowMs: number,
): { memory: TrackMemory; actions: TrackAction[] } {
  const holding = new Map<string, number>();
  const missing = new Map<string, number>();
  const actions: TrackAction[] = [];
  const worst = worstOfEach(conditions);
  const open = new Map(standing.map((one) => [one.identity, one]));
  for (const condition of worst.values()) {
    const sinceMs = memory.holding.get(condition.identity) ?? beganMs(condition, nowMs);
    holding.set(condition.identity, sinceMs);
    const known = open.get(condition.identity);
    if (known === undefined) {
      if (nowMs - sinceMs >= eventKinds[condition.kind].settleSeconds * 1000)
        actions.push({ do: "open", condition, sinceMs });
    } else if (isChanged(known, condition)) actions.push({ do: "change", eventId: known.eventId, condition });
  }
  for (const one of standing) {
    if (worst.has(one.identity) || !readable.has(one.source)) continue;
    const endedMs = memory.missing.get(one.identity) ?? nowMs;
    if (nowMs - endedMs >= clearAfterMs) actions.push({ do: "close", eventId: one.eventId, endedMs });
    else missing.set(one.identity, endedMs);
  }
  return { memory: { holding, missing }, actions };
}

const beganMs = ({ since }: Condition, nowMs: number): number =>
  since === undefined ? nowMs : Math.min(nowMs, Date.parse(since));

function worstOfEach(conditions: readonly Condition[]): Map<string, Condition> {
  const worst = new Map<string, Condition>();
  for (const condition of conditions) {
    const other = worst.get(condition.identity);
    if (other === undefined || severityRank(other.severity) < severityRank(condition.severity))
      worst.set(condition.identity, condition);
  }
  return worst;
}

const isChanged = (known: Standing, { kind, severity, facts }: Condition): boolean =>
  known.kind !== kind || known.severity !== severity || known.facts !== JSON.stringify(facts);
