import type { Plan, PlannedStep } from "@/contract/run";
import type { Sentence } from "@/contract/sentence";
import type { CommandResult, RemoteHost } from "@/server/ports/remote-host";

/**
 * A step of a procedure: precheck → run → verify (→ undo). The engine journals around every call; a step only acts and looks.
 * `run` may be called again after a lost answer, so it must converge; `verify` alone decides success.
 */
export interface StepContext<TInput> {
  readonly input: TInput;
  readonly plan: Plan;
  readonly step: PlannedStep;
  /** Node name, or "cluster". */
  readonly cell: string;
  readonly attempt: number;
  readonly runId: string;
  readonly fence: number;
  readonly signal: AbortSignal;
  /** The host of this cell; for the cluster cell, of the plan's first node. */
  host(node?: string): RemoteHost;
  /** Runs argv as a detached unit named after this attempt; `part` tells several of one attempt apart. */
  detached(
    argv: readonly string[],
    options?: {
      node?: string;
      stdin?: string;
      part?: string;
      onOutput?: (stream: "stdout" | "stderr", text: string) => void;
    },
  ): Promise<CommandResult>;
  /** Plain short command, at most 30 s. Throws AppError for anything but exit 0 unless `allow` lists the code. */
  command(
    argv: readonly string[],
    options?: { node?: string; stdin?: string; allow?: readonly number[]; timeoutMs?: number },
  ): Promise<{ code: number; stdout: string; stderr: string }>;
  /** Opens a sealed secret for the time of one call. */
  secret(ref: string): Promise<string>;
  note(text: string): void;
  output(stream: "stdout" | "stderr", text: string): void;
  progress(fraction: number | null, remainingSeconds: number | null, text: Sentence | null): void;
}

export type Verdict =
  | { kind: "already"; observed: Sentence }
  | { kind: "ready" }
  | { kind: "blocked"; reason: Sentence };
export type Verification =
  /** `result` is kept in the journal: what the run was made to measure. No secrets. */
  { reached: true; observed: Sentence; result?: unknown } | { reached: false; missing: Sentence };

export interface StepDefinition<TInput> {
  readonly id: string;
  precheck(context: StepContext<TInput>): Promise<Verdict>;
  run(context: StepContext<TInput>): Promise<void>;
  verify(context: StepContext<TInput>): Promise<Verification>;
  /** Absent exactly when the planned step's undo is `none`. Must succeed when run twice and when run() was cut half-way. */
  undo?(context: StepContext<TInput>): Promise<{ observed: Sentence }>;
  /**
   * What is left to take back on the others when the cell's own machine is gone for good, and never asks that machine. There exactly
   * when the planned undo's `withoutNode` lists commands; with none the others have nothing of it.
   */
  undoWithoutNode?(context: StepContext<TInput>): Promise<{ observed: Sentence }>;
}

export interface ProcedureDefinition<TInput> {
  readonly kind: Plan["kind"];
  /** Parses the stored input of a run; the input is immutable and holds no secrets. */
  parseInput(json: unknown): TInput;
  /** Pure: what will be done, in which order, with the commands as shown to a person. */
  plan(input: TInput): readonly PlannedStep[];
  readonly steps: readonly StepDefinition<TInput>[];
}
