import type { RunEvent } from "@/contract/run";
import { cellKey } from "@/contract/run-progress";

/** What one cell's commands printed, as they printed it: colours, cursor moves and all. Keys as of the log lines. */
export type RawOutputs = Readonly<Record<string, string>>;

/** Beyond it the beginning goes: the download has all of it. A terminal keeps no more lines either. */
export const rawCharactersMax = 2_000_000;

const bright = (text: string): string => `\u001b[36m${text}\u001b[0m`;

/** Adds events in their order; a command stands before its output, as in a shell. */
export function withRawOutput(outputs: RawOutputs, events: readonly RunEvent[]): RawOutputs {
  const next: Record<string, string> = { ...outputs };
  for (const { body } of events) {
    if (body.kind !== "step-output" && body.kind !== "step-command") continue;
    const key = cellKey(body.step, body.cell);
    const text = body.kind === "step-output" ? body.text : `${bright(`${body.node}$ ${body.text}`)}\n`;
    next[key] = `${next[key] ?? ""}${text}`.slice(-rawCharactersMax);
  }
  return next;
}

/** What must be written to a terminal that shows `before` so that it shows `now`; null: it must begin anew. */
export const addedText = (before: string, now: string): string | null =>
  now.startsWith(before) ? now.slice(before.length) : null;
