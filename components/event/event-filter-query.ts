import type { EventFilter } from "@/contract/event-schema";
import { type EventGroup, eventGroups, eventSeverities, type EventSeverity } from "@/contract/event-kinds";

export const eventRanges = ["hour", "day", "week", "all", "own"] as const;
export type EventRange = (typeof eventRanges)[number];

/** What one looks at, as it stands in the page's address. */
export interface EventLook {
  readonly group: EventGroup | null;
  readonly severity: EventSeverity | null;
  readonly node: string | null;
  readonly range: EventRange;
  /** ISO 8601 UTC; of the range `own` only. */
  readonly from: string | null;
  readonly until: string | null;
}

const moment = (text: string | null): string | null => {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
};

export function lookFromQuery(query: URLSearchParams): EventLook {
  const from = moment(query.get("from"));
  const until = moment(query.get("until"));
  const range = eventRanges.find((each) => each === query.get("range"));
  return {
    group: eventGroups.find((group) => group === query.get("group")) ?? null,
    severity: eventSeverities.find((severity) => severity === query.get("severity")) ?? null,
    node: query.get("node"),
    range: from !== null || until !== null ? "own" : range === undefined || range === "own" ? "all" : range,
    from,
    until,
  };
}

export function queryOfLook({ group, severity, node, range, from, until }: EventLook): string {
  const query = new URLSearchParams();
  if (group !== null) query.set("group", group);
  if (severity !== null) query.set("severity", severity);
  if (node !== null) query.set("node", node);
  if (range === "own") {
    if (from !== null) query.set("from", from);
    if (until !== null) query.set("until", until);
  } else if (range !== "all") query.set("range", range);
  return query.toString();
}

const hourMs = 3_600_000;
const rangeMs = { hour: hourMs, day: 24 * hourMs, week: 7 * 24 * hourMs } as const;

export function filterOf(look: EventLook, clusterId: string, nowMs: number): EventFilter {
  const { group, severity, node, range, from, until } = look;
  const isOwn = range === "own";
  return {
    clusterId,
    groups: group === null ? null : [group],
    severities: severity === null ? null : [severity],
    nodes: node === null ? null : [node],
    sinceMs: isOwn ? (from === null ? null : Date.parse(from)) : range === "all" ? null : nowMs - rangeMs[range],
    untilMs: isOwn && until !== null ? Date.parse(until) : null,
  };
}

/** For a field of type datetime-local, in the reader's zone. */
export function localMinute(iso: string | null): string {
  if (iso === null) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
