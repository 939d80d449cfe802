import { confirmations } from "@/contract/cluster-status";

/** What a reading differs in when nothing has happened to what was read: when it was made, and in which message it came. */
export const readingTimes: ReadonlySet<string> = new Set(["at", "revision", "lastSignAt"]);

/**
 * What differs with nearly every reading though nothing has happened: besides times, how long an answer took and what guests write all the while.
 * It is drawn every so often, and not together with news.
 */
export const writtenAllTheWhile: ReadonlySet<string> = new Set([
  ...confirmations,
  "milliseconds",
  "clientIo",
  "bytes",
  "objects",
]);
