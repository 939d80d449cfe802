import { AppError } from "@/contract/errors";
import { type LogLine, type NodeReading, type Skipped } from "@/contract/log-line";
import { isClockSkewed } from "@/contract/clock-skew";
import { known, type Observed, unknown } from "@/contract/observed";
import { formatErrorChain } from "@/lib/error-chain";
import type { Listing } from "@/server/logs/listing";
import { listLogs, type Piece, readLogs } from "@/server/logs/node-logs";
import { placeLines } from "@/server/logs/place-lines";
import { advanced, type LogPosition, planReads, type WantedRead } from "@/server/logs/plan-reads";
import type { RemoteHost } from "@/server/ports/remote-host";
import { scrub } from "@/server/secret/scrub";

/** The clock is taken from the quickest answer of this time: a slow one blurs it, an old one has drifted. */
const clockKeptMs = 60_000;

export interface TailRead {
  readonly node: string;
  readonly lines: readonly LogLine[];
  readonly skipped: readonly Skipped[];
  readonly reading: Observed<NodeReading>;
  /** There is more to read at once. */
  readonly isBehind: boolean;
}

/** One node's log folder, read on from where it was left. Each read takes what is there and never waits for more. */
export class NodeTail {
  #clock: { offsetMs: number; uncertaintyMs: number; atMs: number } | null = null;

  constructor(
    private readonly host: RemoteHost,
    public position: LogPosition | null,
  ) {}

  get node(): string {
    return this.host.node;
  }

  async read(signal: AbortSignal): Promise<TailRead> {
    try {
      return await this.#read(signal);
    } catch (error) {
      const reason = error instanceof AppError ? (error.saying ?? error.message) : formatErrorChain(error);
      const reading = unknown<NodeReading>(reason, new Date().toISOString());
      return { node: this.node, lines: [], skipped: [], reading, isBehind: false };
    }
  }

  async #read(signal: AbortSignal): Promise<TailRead> {
    const listing = await listLogs(this.host, signal);
    const clock = this.#bestClock(listing);
    const { wants, skipped, position } = planReads(listing.files, this.position);
    const pieces = wants.length === 0 ? [] : await readLogs(this.host, wants, signal);
    this.position = advanced(position, new Map(pieces.map(({ want, readTo }) => [want.inode, readTo])));
    const value = {
      clockOffsetMs: clock.offsetMs,
      clockUncertaintyMs: clock.uncertaintyMs,
      hasFolder: listing.hasFolder,
    };
    const sources = pieces.map((piece) => this.#linesOf(piece, listing, value));
    return {
      node: this.node,
      lines: sources.flat().toSorted((a, b) => a.ms - b.ms),
      skipped: skipped.map((each) => ({ node: this.node, ...each })),
      reading: known(value, new Date().toISOString()),
      isBehind: isBehind(
        listing,
        this.position,
        pieces.map(({ want }) => want),
      ),
    };
  }

  #linesOf({ want, text }: Piece, listing: Listing, clock: NodeReading): LogLine[] {
    const whole = want.midLine ? text.slice(text.indexOf("\n") + 1) : text;
    const lines = scrub(whole, "program").split("\n");
    if (lines.at(-1) === "") lines.pop();
    const file = listing.files.find(({ inode }) => inode === want.inode);
    const clockOffsetMs = isClockSkewed(clock) ? clock.clockOffsetMs : 0;
    return placeLines(lines, {
      node: this.node,
      file: want.name,
      clockOffsetMs,
      zoneMinutes: listing.zoneMinutes,
      unstampedMs: (file?.changedAtMs ?? Date.now()) - clockOffsetMs,
    });
  }

  #bestClock({ clockOffsetMs, clockUncertaintyMs }: Listing) {
    const atMs = performance.now();
    const kept = this.#clock;
    if (kept === null || atMs - kept.atMs > clockKeptMs || clockUncertaintyMs <= kept.uncertaintyMs)
      this.#clock = { offsetMs: clockOffsetMs, uncertaintyMs: clockUncertaintyMs, atMs };
    return this.#clock ?? { offsetMs: clockOffsetMs, uncertaintyMs: clockUncertaintyMs, atMs };
  }
}

/** Something of the listed bytes was not in the answer: a full piece, or more files than one answer takes. */
function isBehind(listing: Listing, position: LogPosition, asked: readonly WantedRead[]): boolean {
  const readTo = new Map(position.read);
  const progressed = asked.some(({ inode, from }) => (readTo.get(inode) ?? from) > from);
  return progressed && listing.files.some(({ inode, bytes }) => (readTo.get(inode) ?? bytes) < bytes);
}
