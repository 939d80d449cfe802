/** After each failure. Shorter at first: most failures are a moment's; longer in the end: a server that is down for the night is not knocked at. */
const minuteMs = 60_000;
const backOffMs = [0.5, 2, 10, 30, 60, 120, 240, 480].map((minutes) => minutes * minuteMs);

/** A message older than this says nothing any more: the timeline does. */
export const giveUpAfterMs = 24 * 60 * minuteMs;

export type NextTry = { readonly state: "waiting"; readonly dueMs: number } | { readonly state: "given-up" };

/** What becomes of a message that failed for the `attempts`th time. */
export function nextTry(attempts: number, createdMs: number, nowMs: number): NextTry {
  const waitMs = backOffMs[attempts - 1];
  if (waitMs === undefined || nowMs + waitMs - createdMs > giveUpAfterMs) return { state: "given-up" };
  return { state: "waiting", dueMs: nowMs + waitMs };
}
