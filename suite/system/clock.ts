/** CLOCK_MONOTONIC in milliseconds: the same in every thread of this process, unmoved by a changed wall clock. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);
export const wallClock = (): Date => new Date();

/** Ends early, and quietly, when the signal says so. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
}
