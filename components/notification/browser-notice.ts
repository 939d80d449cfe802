import { type ClusterEvent, isQuiet, isStandingAlarm } from "@/contract/event";
import { eventKinds, type EventKind } from "@/contract/event-kinds";

const endsOfRuns: readonly EventKind[] = ["run-succeeded", "run-ended", "run-waits", "run-undo-failed"];

/** One name for each thing that may be shown: worse or once more is another, what is over is none. */
const nameOf = ({ id, severity, count }: ClusterEvent): string => `${id} ${severity} ${count}`;

/** A run that ended or waits, an alarm that stands, a failover. */
function isWorth(event: ClusterEvent, nowMs: number): boolean {
  if (isQuiet(event, nowMs)) return false;
  if (endsOfRuns.includes(event.kind))
    return event.kind === "run-succeeded" || event.kind === "run-ended" || event.endedAt === null;
  return eventKinds[event.kind].nature === "moment" ? event.severity !== "info" : isStandingAlarm(event);
}

export interface NoticeLook {
  /** To show now. */
  readonly fresh: readonly ClusterEvent[];
  readonly seen: ReadonlySet<string>;
}

/** What is new since the last look. `seen` null: the first look, which only learns what there is. A reader who looks at the page sees it there. */
export function lookForNotices(
  events: readonly ClusterEvent[],
  seen: ReadonlySet<string> | null,
  isHidden: boolean,
  nowMs: number,
): NoticeLook {
  const worth = events.filter((event) => isWorth(event, nowMs));
  const names = new Set(worth.map(nameOf));
  const fresh = seen === null || !isHidden ? [] : worth.filter((event) => !seen.has(nameOf(event)));
  return { fresh, seen: names };
}
