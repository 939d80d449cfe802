/** A step whose code ignores its signal is left behind after this. Shorter: an adapter cannot say what it knows. Longer: it holds the run. */
export const deafStepGraceMs = 10_000;
/** The adapter's own time limit must win over the engine's, so that the answer says "timed out" and not "cancelled". */
export const timeLimitMarginMs = 5_000;

export interface Pace {
  /** Wall clock: only for what people read and for leases that other processes compare. It may jump. */
  readonly now: () => number;
  /** Never jumps: deadlines, and whether a lease of our own is over. */
  readonly elapsedMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Waits before a look is repeated after a lost answer. Shorter in sum: a node that restarts its network parks the run. */
  readonly lookAgainMs: readonly number[];
}

export const productPace: Pace = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
  sleep: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
  lookAgainMs: [500, 2_000, 5_000, 10_000],
};

/** The promise's own end, or the signal's reason when it does not end within the grace after an abort. */
export async function endOrAbandon<T>(work: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | null = null;
  const abandoned = Promise.withResolvers<never>();
  const arm = (): void => {
    timer ??= setTimeout(() => abandoned.reject(signal.reason), graceMs);
  };
  if (signal.aborted) arm();
  else signal.addEventListener("abort", arm, { once: true });
  try {
    return await Promise.race([work, abandoned.promise]);
  } finally {
    signal.removeEventListener("abort", arm);
    if (timer !== null) clearTimeout(timer);
    // Both may still reject later, with nobody left to listen.
    work.catch(() => undefined);
    abandoned.promise.catch(() => undefined);
  }
}
