export interface PollBounds {
  /** Gives up after this; the last look still counts. */
  timeoutMs: number;
  everyMs: number;
  signal: AbortSignal;
}

/** Looks until there is something to see; null when the bound is over or the signal fired. Errors of `look` pass through. */
export async function pollUntil<T>(look: () => Promise<T | null>, bounds: PollBounds): Promise<T | null> {
  const until = performance.now() + bounds.timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    if (bounds.signal.aborted || performance.now() >= until) return null;
    await new Promise((resolve) => setTimeout(resolve, bounds.everyMs));
  }
}
