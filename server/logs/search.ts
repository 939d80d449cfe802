import { AppError } from "@/contract/errors";
import type { LogFile } from "@/contract/log-folder";
import { everything, type LogLine, logFamily, passes } from "@/contract/log-line";
import { isClockSkewed } from "@/contract/clock-skew";
import { type LogSearch, type LogSearchAnswer, type NodeSearch, searchLinesMax } from "@/contract/log-search";
import { known, type Observed, unknown } from "@/contract/observed";
import { formatErrorChain } from "@/lib/error-chain";
import { Gate } from "@/lib/gate";
import type { Listing } from "@/server/logs/listing";
import { listLogs, type NodeFindings, searchLogs } from "@/server/logs/node-logs";
import { levelExpression } from "@/server/logs/parse-line";
import { placeLines } from "@/server/logs/place-lines";
import type { RemoteHost } from "@/server/ports/remote-host";
import { oncePerProcess } from "@/server/process";
import { scrub } from "@/server/secret/scrub";

/** On each node, at the lowest priority. Longer keeps its disk busy for one person; shorter does not get through a year of files. */
const searchSeconds = 20;
/** Of all people together: each reads the whole folder on every node. */
const searchesAtOnce = 2;
/** Files' times are whole seconds. */
const fileStampGrainMs = 1_000;

const gate = (): Gate => oncePerProcess("log searches", () => new Gate(searchesAtOnce));

export type AskedSearch = Omit<LogSearch, "clusterId">;

interface NodeAnswer {
  readonly node: string;
  readonly lines: readonly LogLine[];
  readonly search: Observed<NodeSearch>;
  /** Lines older than this may not have been seen; null: all were. */
  readonly unseenBeforeMs: number | null;
}

/** The newest lines that match, of all these nodes, rotated and packed files too. */
export function searchNodes(
  hosts: readonly RemoteHost[],
  asked: AskedSearch,
  signal?: AbortSignal,
): Promise<LogSearchAnswer> {
  return gate().run(async () => {
    const answers = await Promise.all(hosts.map((host) => searchNode(host, asked, signal)));
    const all = answers.flatMap(({ lines }) => lines).toSorted((a, b) => a.ms - b.ms);
    const shown = all.slice(-searchLinesMax);
    // Some node may have more lines of this moment and before: they are all left to the next search, so that none falls between.
    const bounds = answers.map(({ unseenBeforeMs }) => unseenBeforeMs).filter((ms) => ms !== null);
    if (all.length > shown.length && shown[0] !== undefined) bounds.push(shown[0].ms);
    const boundMs = bounds.length === 0 ? null : Math.max(...bounds);
    const complete = boundMs === null ? shown : shown.filter(({ ms }) => ms > boundMs);
    // All of one moment: more of it than one answer takes cannot be told apart by time.
    const lines = complete.length === 0 ? shown : complete;
    return {
      lines,
      nodes: Object.fromEntries(answers.map(({ node, search }) => [node, search])),
      moreBeforeMs: boundMs === null ? null : complete.length === 0 ? boundMs : boundMs + 1,
    };
  });
}

async function searchNode(host: RemoteHost, asked: AskedSearch, signal?: AbortSignal): Promise<NodeAnswer> {
  try {
    return await answerOf(host, asked, signal);
  } catch (error) {
    const reason = error instanceof AppError ? (error.saying ?? error.message) : formatErrorChain(error);
    return { node: host.node, lines: [], search: unknown(reason, new Date().toISOString()), unseenBeforeMs: null };
  }
}

async function answerOf(host: RemoteHost, asked: AskedSearch, signal?: AbortSignal): Promise<NodeAnswer> {
  const listing = await listLogs(host, signal);
  const clockOffsetMs = isClockSkewed(listing) ? listing.clockOffsetMs : 0;
  const files = searchedFiles(listing.files, asked, clockOffsetMs);
  const order = {
    seconds: searchSeconds,
    lines: searchLinesMax,
    since: stampFor(asked.sinceMs, clockOffsetMs),
    until: stampFor(asked.untilMs, clockOffsetMs),
    levels: levelExpression(asked.levels),
    text: asked.text,
  };
  // Each family by itself: one that talks much must not use up the lines of another.
  const families = [...Map.groupBy(files, logFamily).values()];
  const findings = await Promise.all(families.map((names) => searchLogs(host, { ...order, files: names }, signal)));
  const placed = findings.map((found) => linesOf(found, { node: host.node, asked, listing, clockOffsetMs }));
  const unseen = findings.flatMap(({ stopped }, index) => {
    const oldest = placed[index]?.[0];
    return stopped === "limit" && oldest !== undefined ? [oldest.ms] : [];
  });
  const stops = findings.map(({ stopped }) => stopped);
  const search: NodeSearch = {
    found: findings.flatMap((each) => each.files).reduce((sum, file) => sum + file.found, 0),
    filesSearched: findings.reduce((sum, each) => sum + each.files.length, 0),
    filesTotal: files.length,
    stopped: stops.find((why) => why === "time") ?? stops.find((why) => why === "limit") ?? null,
  };
  return {
    node: host.node,
    lines: placed.flat(),
    search: known(search, new Date().toISOString()),
    unseenBeforeMs: unseen.length === 0 ? null : Math.max(...unseen),
  };
}

/** Newest first. A file last written before the time asked for holds nothing of it. */
const searchedFiles = (files: readonly LogFile[], asked: AskedSearch, clockOffsetMs: number): string[] =>
  files
    .filter(({ name }) => asked.files === null || asked.files.includes(logFamily(name)))
    .filter(
      ({ changedAtMs }) => asked.sinceMs === null || changedAtMs + fileStampGrainMs >= asked.sinceMs + clockOffsetMs,
    )
    .toSorted((a, b) => b.changedAtMs - a.changedAtMs)
    .map(({ name }) => name);

interface FoundOn {
  readonly node: string;
  readonly asked: AskedSearch;
  readonly listing: Listing;
  readonly clockOffsetMs: number;
}

function linesOf(findings: NodeFindings, { node, asked, listing, clockOffsetMs }: FoundOn): LogLine[] {
  const filter = { ...everything, levels: asked.levels === null ? null : new Set(asked.levels) };
  const isInTime = ({ ms }: LogLine) =>
    (asked.sinceMs === null || ms >= asked.sinceMs) && (asked.untilMs === null || ms < asked.untilMs);
  const { zoneMinutes } = listing;
  const placed = findings.files.flatMap(({ name, changedAtMs, lines }) => {
    const source = { node, file: name, clockOffsetMs, zoneMinutes, unstampedMs: changedAtMs - clockOffsetMs };
    return placeLines(
      lines.map((line) => scrub(line, "program")),
      source,
    );
  });
  return placed.filter((line) => passes(line, filter) && isInTime(line)).toSorted((a, b) => a.ms - b.ms);
}

/** As stamps are written, without the Z; both sort as text. */
const stampFor = (ms: number | null, clockOffsetMs: number): string =>
  ms === null ? "" : new Date(ms + clockOffsetMs).toISOString().slice(0, -1);
