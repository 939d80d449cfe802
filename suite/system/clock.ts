/** CLOCK_MONOTONIC in milliseconds: the same in every thread of this process, unmoved by a changed wall clock. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);
export const wallClock = (): Date => new Date();
