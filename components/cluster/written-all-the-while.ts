import { confirmations } from "@/contract/cluster-status";

/**
 * What differs with nearly every reading though nothing has happened: besides times, how long an answer took and what guests write all the while.
 * It is drawn with news beside it, or when what is drawn has been overtaken for long.
 */
export const writtenAllTheWhile: ReadonlySet<string> = new Set([
  ...confirmations,
  "milliseconds",
  "clientIo",
  "bytes",
  "objects",
]);
