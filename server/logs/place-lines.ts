import type { LogLine } from "@/contract/log-line";
import { parseLine } from "@/server/logs/parse-line";

export interface LineSource {
  readonly node: string;
  readonly file: string;
  /** Node's clock minus the panel's; 0 when they agree as far as can be told. */
  readonly clockOffsetMs: number;
  readonly zoneMinutes: number;
  /** Moment (panel's clock) of lines before the first stamp. */
  readonly unstampedMs: number;
}

/** Lines of one file in their order, placed in time: never before the line above them, whatever their stamps say. */
export function placeLines(texts: readonly string[], source: LineSource): LogLine[] {
  const { node, file, clockOffsetMs, zoneMinutes } = source;
  const parsed = texts.map((text) => parseLine(text, { zoneMinutes, nowMs: source.unstampedMs }));
  const first = parsed.find(({ at }) => at !== null)?.at;
  let ms = first === undefined || first === null ? source.unstampedMs : Date.parse(first) - clockOffsetMs;
  return parsed.map((line) => {
    if (line.at !== null) ms = Math.max(ms, Date.parse(line.at) - clockOffsetMs);
    return { node, file, ms, ...line };
  });
}
