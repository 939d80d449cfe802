import type { ErrorReport } from "@/contract/errors";
import type { CellState, ParkReason, Plan, RunEvent, RunState } from "@/contract/run";
import type { Sentence } from "@/contract/sentence";

/**
 * What a run's events add up to. The engine decides from it and the browser draws from it, so both see the same run.
 * Pure: the same events in the same order give the same progress; events already seen (seq) are skipped.
 */
export interface CellProgress {
  readonly state: CellState;
  /** Attempts begun so far; 0 = never begun. */
  readonly attempt: number;
  /** Some attempt went beyond reading: the node may have been changed by this run. */
  readonly changed: boolean;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** What was seen that made it succeed or undone. */
  readonly observed: Sentence | null;
  /** Why it is blocked. */
  readonly reason: Sentence | null;
  readonly error: ErrorReport | null;
  readonly fraction: number | null;
  readonly remainingSeconds: number | null;
  readonly progressText: Sentence | null;
  /** Transient units started for this cell, all attempts: re-attached or ended by name, never started twice. */
  readonly units: readonly StartedUnit[];
  readonly undoAttempt: number;
  readonly leftChanged: readonly string[];
}

export interface StartedUnit {
  readonly node: string;
  readonly step: string;
  readonly attempt: number;
}

export interface RunProgress {
  readonly seq: number;
  readonly state: RunState;
  readonly reason: ParkReason | null;
  readonly because: Sentence | null;
  readonly actor: string | null;
  /** Whose run it is now: who started it, or took it over since. */
  readonly holder: string | null;
  readonly createdAt: string | null;
  readonly endedAt: string | null;
  /** How many of its plan's holds the run has come to: the first so many steps with one may begin. */
  readonly holds: number;
  /** Nodes that a person has called gone for good: what this run changed is taken back without them. */
  readonly gone: readonly string[];
  readonly cells: Readonly<Record<string, CellProgress>>;
}

export const cellKey = (step: string, cell: string): string => `${step}/${cell}`;

const untouched: CellProgress = {
  state: "pending",
  attempt: 0,
  changed: false,
  startedAt: null,
  endedAt: null,
  observed: null,
  reason: null,
  error: null,
  fraction: null,
  remainingSeconds: null,
  progressText: null,
  units: [],
  undoAttempt: 0,
  leftChanged: [],
};

export function emptyProgress(plan: Pick<Plan, "steps">): RunProgress {
  const cells: Record<string, CellProgress> = {};
  for (const step of plan.steps) for (const cell of step.cells) cells[cellKey(step.id, cell)] = untouched;
  return {
    seq: 0,
    state: "planned",
    reason: null,
    because: null,
    actor: null,
    holder: null,
    createdAt: null,
    endedAt: null,
    holds: 0,
    gone: [],
    cells,
  };
}

export const cellOf = (progress: RunProgress, step: string, cell: string): CellProgress =>
  progress.cells[cellKey(step, cell)] ?? untouched;

const stoppedStates: ReadonlySet<CellState> = new Set(["failed", "blocked", "unknown"]);
const movingStates: ReadonlySet<CellState> = new Set(["checking", "running", "verifying", "undoing"]);
const settledStates: ReadonlySet<CellState> = new Set(["observed-succeeded", "not-needed"]);

/** Needs a person. */
export const isStopped = (cell: CellProgress): boolean => stoppedStates.has(cell.state);
export const isMoving = (cell: CellProgress): boolean => movingStates.has(cell.state);
export const isSettled = (cell: CellProgress): boolean => settledStates.has(cell.state);

export function applyEvents(progress: RunProgress, events: readonly RunEvent[]): RunProgress {
  const fresh = events.filter((event) => event.seq > progress.seq);
  if (fresh.length === 0) return progress;
  const cells = { ...progress.cells };
  let head = { ...progress };
  for (const event of fresh) head = applyEvent(head, cells, event);
  return { ...head, cells };
}

type Head = Omit<RunProgress, "cells">;

function applyEvent(head: RunProgress, cells: Record<string, CellProgress>, event: RunEvent): RunProgress {
  const next: RunProgress = { ...head, seq: event.seq };
  const body = event.body;
  switch (body.kind) {
    case "run-created":
      return { ...next, actor: body.actor, holder: body.actor, createdAt: event.at };
    case "run-state":
      return {
        ...next,
        ...stateChange(next, body.state, event.at),
        because: body.because,
        reason: body.reason ?? null,
        holds: next.holds + (body.reason === "held" ? 1 : 0),
      };
    case "run-requested":
      if (body.request === "take") return { ...next, holder: body.actor };
      if (body.request === "resume") for (const key of Object.keys(cells)) reopen(cells, key, "unknown-waits-on");
      if (body.request === "undo" || body.request === "undo-without")
        for (const key of Object.keys(cells)) reopenUndo(cells, key);
      if (body.request === "undo-without" && body.cell !== null)
        return { ...next, gone: [...new Set([...next.gone, body.cell])] };
      if (body.request === "retry" && body.step !== null && body.cell !== null)
        reopen(cells, cellKey(body.step, body.cell), "begin-anew");
      return next;
    default: {
      const key = cellKey(body.step, body.cell);
      cells[key] = applyCellEvent(cells[key] ?? untouched, body, event.at);
      return next;
    }
  }
}

function stateChange(head: Head, state: RunState, at: string): Pick<RunProgress, "state" | "endedAt"> {
  const ends = state === "succeeded" || state === "cancelled" || state === "undone";
  return { state, endedAt: ends ? at : state === "undoing" ? null : head.endedAt };
}

/**
 * Failed and blocked cells begin a new attempt. An unknown one keeps its attempt number when the run is resumed, because its
 * unit may still be at work and is found by that number; only an explicit retry gives the unit up.
 */
function reopen(cells: Record<string, CellProgress>, key: string, mode: "unknown-waits-on" | "begin-anew"): void {
  const cell = cells[key];
  if (cell === undefined || !isStopped(cell)) return;
  const state = cell.state === "unknown" && mode === "unknown-waits-on" ? "running" : "pending";
  cells[key] = { ...cell, state, endedAt: null, reason: null };
}

/** An undo that failed half-way is tried again from an unknown state. */
function reopenUndo(cells: Record<string, CellProgress>, key: string): void {
  const cell = cells[key];
  if (cell?.state === "undo-failed") cells[key] = { ...cell, state: "unknown", endedAt: null };
}

type CellEventBody = Exclude<RunEvent["body"], { kind: "run-created" | "run-state" | "run-requested" }>;

function applyCellEvent(cell: CellProgress, body: CellEventBody, at: string): CellProgress {
  switch (body.kind) {
    case "step-checking":
      return {
        ...cell,
        state: "checking",
        attempt: body.attempt,
        startedAt: at,
        endedAt: null,
        observed: null,
        reason: null,
        error: null,
        fraction: null,
        remainingSeconds: null,
        progressText: null,
      };
    case "step-checked":
      return body.verdict === "blocked"
        ? { ...cell, state: "blocked", reason: body.reason, error: null, endedAt: at }
        : cell;
    case "step-started":
      return { ...cell, state: "running", attempt: body.attempt, changed: true, error: null };
    case "step-command":
      if (body.unit === null) return cell;
      return { ...cell, units: withUnit(cell.units, { node: body.node, ...body.unit }) };
    case "step-output":
      return cell;
    case "step-progress":
      return {
        ...cell,
        fraction: body.fraction,
        remainingSeconds: body.remainingSeconds,
        progressText: body.text,
      };
    case "step-verifying":
      return { ...cell, state: "verifying" };
    case "step-succeeded":
      return {
        ...cell,
        state: body.notNeeded ? "not-needed" : "observed-succeeded",
        observed: body.observed,
        endedAt: at,
        error: null,
        fraction: 1,
        remainingSeconds: 0,
      };
    case "step-failed":
      return { ...cell, state: "failed", error: body.error, endedAt: at, remainingSeconds: null };
    case "step-unknown":
      return { ...cell, state: "unknown", error: body.error, endedAt: at, remainingSeconds: null };
    case "step-undo-started":
      return { ...cell, state: "undoing", undoAttempt: body.attempt, startedAt: at, endedAt: null, error: null };
    case "step-undone":
      return { ...cell, state: "undone", observed: body.observed, endedAt: at, leftChanged: [] };
    case "step-undo-failed":
      return { ...cell, state: "undo-failed", error: body.error, leftChanged: body.leftChanged, endedAt: at };
  }
}

function withUnit(units: readonly StartedUnit[], unit: StartedUnit): readonly StartedUnit[] {
  const known = units.some((u) => u.node === unit.node && u.step === unit.step && u.attempt === unit.attempt);
  return known ? units : [...units, unit];
}
