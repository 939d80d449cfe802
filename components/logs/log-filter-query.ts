import { type LogFilter, type LogLevel, logLevels } from "@/contract/log-line";

export const searchRanges = ["hour", "day", "week", "all"] as const;
export type SearchRange = (typeof searchRanges)[number];

/** What one looks at, as it stands in the page's address. */
export interface LogLook {
  readonly filter: LogFilter;
  /** Null: what comes in live. */
  readonly search: SearchRange | null;
  /** A search of the minutes about one moment, wherever one came from; null: of its range. */
  readonly aroundMs: number | null;
}

const list = (query: URLSearchParams, name: string): ReadonlySet<string> | null => {
  const values = query.getAll(name);
  return values.length === 0 ? null : new Set(values);
};

export function lookFromQuery(query: URLSearchParams): LogLook {
  const levels = query.getAll("level").filter((level): level is LogLevel => logLevels.some((each) => each === level));
  return {
    filter: {
      nodes: list(query, "node"),
      files: list(query, "file"),
      levels: levels.length === 0 ? null : new Set(levels),
      text: query.get("text") ?? "",
    },
    search: searchRanges.find((range) => range === query.get("search")) ?? null,
    aroundMs: query.has("around") ? Date.parse(query.get("around") ?? "") || null : null,
  };
}

export function queryOfLook({ filter, search, aroundMs }: LogLook): string {
  const query = new URLSearchParams();
  for (const node of filter.nodes ?? []) query.append("node", node);
  for (const file of filter.files ?? []) query.append("file", file);
  for (const level of filter.levels ?? []) query.append("level", level);
  if (filter.text !== "") query.set("text", filter.text);
  if (search !== null) query.set("search", search);
  if (search !== null && aroundMs !== null) query.set("around", new Date(aroundMs).toISOString());
  return query.toString();
}

const hourMs = 3_600_000;
const rangeMs: Record<SearchRange, number | null> = {
  hour: hourMs,
  day: 24 * hourMs,
  week: 7 * 24 * hourMs,
  all: null,
};

const sinceOf = (range: SearchRange, nowMs: number): number | null => {
  const ms = rangeMs[range];
  return ms === null ? null : nowMs - ms;
};

/** What led to a failover is written in the minutes before it, what came of it in those after. */
const beforeMs = 2 * 60_000;
const afterMs = 5 * 60_000;

export const searchedTime = (
  { search, aroundMs }: Pick<LogLook, "search" | "aroundMs">,
  nowMs: number,
): { sinceMs: number | null; untilMs: number | null } =>
  aroundMs === null
    ? { sinceMs: sinceOf(search ?? "all", nowMs), untilMs: null }
    : { sinceMs: aroundMs - beforeMs, untilMs: aroundMs + afterMs };

/** With one more or one less of `all`; null again when it holds them all. */
export function toggled<T>(chosen: ReadonlySet<T> | null, value: T, all: readonly T[]): ReadonlySet<T> | null {
  const next = new Set(chosen ?? all);
  if (!next.delete(value)) next.add(value);
  return all.every((each) => next.has(each)) ? null : next;
}
