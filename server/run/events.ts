import { EventEmitter } from "node:events";
import type { RunEvent } from "@/contract/run";
import { runStore } from "@/server/run/store";
import { oncePerProcess } from "@/server/process";

/** One page of a long replay. Larger: the first row waits; smaller: thousands of round trips for a chatty run. */
const replayPageEvents = 500;
/** Runs driven by another panel replica do not wake this process: it looks by itself. Longer: their page lags as much. */
const lookAnywayMs = 1_000;

const hub = (): EventEmitter =>
  oncePerProcess("run-events", () => {
    const emitter = new EventEmitter();
    // One listener per open page and run; no leak to warn about.
    emitter.setMaxListeners(0);
    return emitter;
  });

/** New events of a run are in the store. */
export const announceRunEvents = (runId: string): void => void hub().emit(runId);

/**
 * Everything after `afterSeq`, then whatever comes, for ever: the store is the only source, announcements merely wake. So
 * nothing can fall between replay and live, and a subscriber cannot miss or repeat a number.
 */
export async function* followRun(
  runId: string,
  afterSeq: number,
  signal: AbortSignal,
): AsyncGenerator<readonly RunEvent[], void> {
  let seen = afterSeq;
  const bell = new Bell(signal);
  const ring = (): void => bell.ring();
  hub().on(runId, ring);
  try {
    while (!signal.aborted) {
      const page = await runStore.events(runId, seen, replayPageEvents);
      seen = page.at(-1)?.seq ?? seen;
      if (page.length > 0) yield page.map(({ at, body, seq }) => ({ runId, seq, at, body }));
      else await bell.rung(lookAnywayMs);
    }
  } finally {
    hub().off(runId, ring);
  }
}

/** Remembers a ring that came while nobody waited. */
class Bell {
  #next = Promise.withResolvers<void>();

  constructor(signal: AbortSignal) {
    signal.addEventListener("abort", () => this.ring(), { once: true });
  }

  ring(): void {
    this.#next.resolve();
  }

  async rung(limitMs: number): Promise<void> {
    const timer = setTimeout(() => this.ring(), limitMs);
    await this.#next.promise;
    clearTimeout(timer);
    this.#next = Promise.withResolvers();
  }
}
