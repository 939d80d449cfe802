import type { LogLevel, LogLine } from "@/contract/log-line";

/** A line as it is in its file, read as far as it says something about itself. */
export interface ParsedLine extends Pick<LogLine, "at" | "level" | "text" | "facts"> {}

/** Longer lines are dumps; the file itself has them whole. */
const textCharactersMax = 4_000;

/** CSI and OSC sequences and other controls of a console: the log is read, not played. */
const terminalCodes =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007]*(?:\u0007|$)|[@-Z\\-_])|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** 2026-11-22T14:02:07.123Z, 2026-11-22 14:02:07,123+0800 … at the beginning, in brackets or not. */
const isoStamp = /^[[(]?(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?\s?(Z|[+-]\d{2}:?\d{2})?/;
/** Nov 22 14:02:07, as syslog writes it. */
const syslogStamp = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2})\b/;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const levelWords: readonly [LogLevel, RegExp][] = [
  ["error", /\b(?:errors?|fatal|crit(?:ical)?|panic|emerg|alert|err)\b/i],
  ["warning", /\bwarn(?:ing)?\b/i],
  ["debug", /\b(?:debug|trace)\b/i],
  ["info", /\b(?:info|notice)\b/i],
];
/** A level stands near the beginning; further on "error" is a word of a sentence. */
const levelWithin = 120;

const jsonLevels: Readonly<Record<string, LogLevel>> = {
  fatal: "error",
  critical: "error",
  error: "error",
  warning: "warning",
  warn: "warning",
  info: "info",
  notice: "info",
  debug: "debug",
  trace: "debug",
};

/** For `grep -E` on the node: every line that can be of these levels, and some that are not. Empty: any line can. */
export function levelExpression(levels: readonly LogLevel[] | null): string {
  if (levels === null || levels.includes("plain")) return "";
  const words: Record<Exclude<LogLevel, "plain">, string> = {
    error: "err|fatal|crit|panic|emerg|alert",
    warning: "warn",
    info: "info|notice",
    debug: "debug|trace",
  };
  return levels.map((level) => (level === "plain" ? "" : words[level])).join("|");
}

/** `zoneMinutes`: of a stamp that names no zone, minutes east of UTC. `nowMs`: the year of a stamp that names none. */
export function parseLine(line: string, { zoneMinutes, nowMs }: { zoneMinutes: number; nowMs: number }): ParsedLine {
  const clean = line.replace(terminalCodes, "").trimEnd();
  return asJson(clean) ?? asText(clean, zoneMinutes, nowMs);
}

function asJson(line: string): ParsedLine | null {
  if (!line.startsWith("{") || !line.endsWith("}")) return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { at, time, level, sentence, msg, message, ...rest } = value as Record<string, unknown>;
  const text = [sentence, msg, message].find((each) => typeof each === "string");
  if (typeof text !== "string") return null;
  const facts = Object.entries(rest).map(([name, fact]) => `${name}=${factText(fact)}`);
  return {
    at: stampOf(at ?? time),
    level: jsonLevels[String(level).toLowerCase()] ?? "plain",
    text: text.slice(0, textCharactersMax),
    facts: facts.join(" ").slice(0, textCharactersMax),
  };
}

const factText = (fact: unknown): string => (typeof fact === "string" ? fact : JSON.stringify(fact));

function stampOf(value: unknown): string | null {
  const ms = typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : null;
}

function asText(line: string, zoneMinutes: number, nowMs: number): ParsedLine {
  const head = line.slice(0, levelWithin);
  const level = levelWords.find(([, word]) => word.test(head))?.[0] ?? "plain";
  return {
    at: isoOf(head, zoneMinutes) ?? syslogOf(head, zoneMinutes, nowMs),
    level,
    text: line.slice(0, textCharactersMax),
    facts: "",
  };
}

function isoOf(head: string, zoneMinutes: number): string | null {
  const found = isoStamp.exec(head);
  if (found === null) return null;
  const [, day = "", time = "", fraction = "0", zone] = found;
  return zoned(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, "0")}`, zone, zoneMinutes);
}

function syslogOf(head: string, zoneMinutes: number, nowMs: number): string | null {
  const found = syslogStamp.exec(head);
  const month = months.indexOf(found?.[1] ?? "") + 1;
  if (found === null || month === 0) return null;
  const two = (value: number | string) => String(value).padStart(2, "0");
  const inYear = (year: number) =>
    zoned(`${year}-${two(month)}-${two(found[2] ?? "")}T${found[3]}.000`, undefined, zoneMinutes);
  const year = new Date(nowMs).getUTCFullYear();
  const thisYear = inYear(year);
  // A December line read in January.
  return thisYear !== null && Date.parse(thisYear) > nowMs + 86_400_000 ? inYear(year - 1) : thisYear;
}

function zoned(local: string, zone: string | undefined, zoneMinutes: number): string | null {
  const utcMs = Date.parse(`${local}Z`);
  return Number.isNaN(utcMs) ? null : stampOf(utcMs - (zone === undefined ? zoneMinutes : minutesOf(zone)) * 60_000);
}

/** "+0800", "-03:30", "Z" → minutes east of UTC. */
export function minutesOf(zone: string): number {
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (found === null) return 0;
  return (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3]));
}
