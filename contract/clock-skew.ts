/** Clocks this far apart put lines of different nodes into a wrong order for a reader; below it the network's own delay hides it. */
const skewWorthTellingMs = 100;

/** The node's clock differs for certain, not just as far as the way there blurs it. */
export const isClockSkewed = (reading: { clockOffsetMs: number; clockUncertaintyMs: number }): boolean =>
  Math.abs(reading.clockOffsetMs) > Math.max(skewWorthTellingMs, 2 * reading.clockUncertaintyMs);
