import type { RunEventBody, RunState } from "@/contract/run";
import { applyEvents, type RunProgress } from "@/contract/run-progress";
import type { Pace } from "@/server/engine/cell-control";
import { type SealedEvent, sealEvent } from "@/server/engine/hash-chain";
import { OwnershipLost, type RunJournal } from "@/server/engine/journal";
import { type EmittedBody, OutputBuffer } from "@/server/engine/output-buffer";
import type { Scrub } from "@/server/engine/scrub";

/** Shorter: more commits per second than pages can draw. Longer: live output feels dead. */
export const outputFlushMs = 80;
/** Shorter: a stalled event loop or slow disk loses the run to a rival. Longer: a dead panel's run waits that long. */
export const leaseMs = 4_000;

export interface WriterOptions {
  readonly journal: RunJournal;
  readonly runId: string;
  readonly owner: string;
  readonly pace: Pick<Pace, "now" | "elapsedMs">;
  readonly scrub: Scrub;
  readonly onCommitted: (events: readonly SealedEvent[]) => void;
}

/**
 * The only hand that writes a run's journal: one write at a time, each following the last. Buffered output goes in front of
 * the next intent, so the journal tells things in the order they happened. After the first failed write it writes nothing more.
 */
export class JournalWriter {
  readonly #options: WriterOptions;
  readonly #buffer: OutputBuffer;
  #progress: RunProgress;
  #lastHash: string;
  #queue: Promise<void> = Promise.resolve();
  #flushTimer: NodeJS.Timeout | null = null;
  #leaseEndsMs: number;
  #lost: Error | null = null;

  constructor(options: WriterOptions, progress: RunProgress, lastHash: string, leaseEndsMs: number) {
    this.#options = options;
    this.#buffer = new OutputBuffer(options.scrub);
    this.#progress = progress;
    this.#lastHash = lastHash;
    this.#leaseEndsMs = leaseEndsMs;
  }

  get progress(): RunProgress {
    return this.#progress;
  }

  get lost(): Error | null {
    return this.#lost;
  }

  /** Resolves when durable. */
  append(
    bodies: readonly RunEventBody[],
    change: { state?: RunState; requestTaken?: boolean; release?: boolean } = {},
  ) {
    return this.#enqueue(() => this.#write([...this.#buffer.take(true), ...bodies], change));
  }

  /** Written with the next flush; losing the last of it in a crash loses only words. */
  emit(body: EmittedBody): void {
    if (this.#lost !== null) return;
    this.#buffer.add(body);
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = null;
      // A failed flush is seen by the executor through `lost`.
      void this.#enqueue(() => this.#write(this.#buffer.take(false), {})).catch(() => undefined);
    }, outputFlushMs);
  }

  /** To be called right before a remote action: a process that was frozen finds here that its lease is over. */
  assertOwned(): void {
    if (this.#lost !== null) throw this.#lost;
    if (this.#options.pace.elapsedMs() >= this.#leaseEndsMs) throw new OwnershipLost(this.#options.runId);
  }

  leaseExtended(endsMs: number): void {
    this.#leaseEndsMs = Math.max(this.#leaseEndsMs, endsMs);
  }

  close(reason: Error): void {
    this.#lost ??= reason;
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    this.#flushTimer = null;
  }

  #enqueue(write: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(write);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #write(
    bodies: readonly RunEventBody[],
    change: { state?: RunState; requestTaken?: boolean; release?: boolean },
  ): Promise<void> {
    if (this.#lost !== null) throw this.#lost;
    if (bodies.length === 0 && change.release !== true && change.requestTaken !== true) return;
    const { journal, runId, owner, pace, onCommitted } = this.#options;
    const leaseEndsMs = pace.elapsedMs() + leaseMs;
    const events = this.#seal(bodies);
    try {
      await journal.append(runId, owner, this.#progress.seq, { events, ...change }, pace.now() + leaseMs);
    } catch (error) {
      this.close(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
    this.#leaseEndsMs = leaseEndsMs;
    this.#lastHash = events.at(-1)?.hash ?? this.#lastHash;
    this.#progress = applyEvents(this.#progress, events);
    onCommitted(events);
  }

  #seal(bodies: readonly RunEventBody[]): readonly SealedEvent[] {
    const at = new Date(this.#options.pace.now()).toISOString();
    let prevHash = this.#lastHash;
    return bodies.map((body, index) => {
      const event = sealEvent(prevHash, { runId: this.#options.runId, seq: this.#progress.seq + 1 + index, at, body });
      prevHash = event.hash;
      return event;
    });
  }
}
