import type { Sentence } from "@/contract/sentence";

/**
 * A value read from a machine, or the reason it could not be read. `at` is ISO 8601 UTC of the reading.
 * Readers must treat `unknown` as a value of its own: never as false, zero, stopped or the last good one.
 */
export type Observed<T> = { state: "known"; at: string; value: T } | { state: "unknown"; at: string; reason: Sentence };

export const known = <T>(value: T, at: string): Observed<T> => ({ state: "known", at, value });
export const unknown = <T>(reason: Sentence, at: string): Observed<T> => ({ state: "unknown", at, reason });
