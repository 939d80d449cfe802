import type { Plan, RunEvent } from "@/contract/run";
import { applyEvents, cellKey, emptyProgress, type RunProgress } from "@/contract/run-progress";
import { type RawOutputs, withRawOutput } from "@/components/run/raw-output";
import { appendText, type LogLine, noLines } from "@/components/run/log-lines";

/** What happened to one cell, or to the run, since the page was opened: for the live region. */
export interface Happening {
  readonly seq: number;
  readonly event: RunEvent;
}

export interface RunFeedState {
  readonly progress: RunProgress;
  readonly logs: Readonly<Record<string, readonly LogLine[]>>;
  /** The same as printed, for the terminal. */
  readonly raw: RawOutputs;
  readonly latest: Happening | null;
}

const isWorthSaying = ({ body }: RunEvent): boolean =>
  worthSaying.has(body.kind) || (body.kind === "run-requested" && body.request === "take");

const worthSaying: ReadonlySet<RunEvent["body"]["kind"]> = new Set([
  "run-state",
  "step-succeeded",
  "step-failed",
  "step-unknown",
  "step-undone",
  "step-undo-failed",
]);

export const emptyFeed = (plan: Plan): RunFeedState => ({
  progress: emptyProgress(plan),
  logs: {},
  raw: {},
  latest: null,
});

/** Folds a batch: the same events again change nothing, so a stream may be replayed from anywhere. */
export function feed(state: RunFeedState, events: readonly RunEvent[]): RunFeedState {
  const fresh = events.filter((event) => event.seq > state.progress.seq);
  if (fresh.length === 0) return state;
  const logs: Record<string, readonly LogLine[]> = { ...state.logs };
  let { latest } = state;
  for (const event of fresh) {
    if (isWorthSaying(event)) latest = { seq: event.seq, event };
    addToLog(logs, event);
  }
  return { progress: applyEvents(state.progress, fresh), logs, raw: withRawOutput(state.raw, fresh), latest };
}

function addToLog(logs: Record<string, readonly LogLine[]>, { seq, at, body }: RunEvent): void {
  if (body.kind !== "step-output" && body.kind !== "step-command") return;
  const key = cellKey(body.step, body.cell);
  const lines = logs[key] ?? noLines;
  const where = { seq, at, attempt: body.attempt };
  logs[key] =
    body.kind === "step-output"
      ? appendText(lines, { ...where, stream: body.stream }, body.text)
      : appendText(lines, { ...where, stream: "command" }, `${body.node}$ ${body.text}\n`);
}
