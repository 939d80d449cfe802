import type { RunRequest } from "@/contract/run";
import { mayRequest } from "@/contract/run-actions";
import { cellKey, cellOf, emptyProgress } from "@/contract/run-progress";
import { say } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import type { Pace } from "@/server/engine/cell-control";
import type { ClusterLock } from "@/server/engine/cluster-lock";
import type { CellTools } from "@/server/engine/context";
import { chainStart, type SealedEvent } from "@/server/engine/hash-chain";
import {
  movingRunStates,
  OwnershipLost,
  readWholeJournal,
  type RunJournal,
  type StoredRun,
} from "@/server/engine/journal";
import { JournalWriter } from "@/server/engine/journal-writer";
import { type CellJob, performCell } from "@/server/engine/perform-cell";
import { type Action, actionsFor, actionsWhileLocked, foldRun, stateAfterRequest } from "@/server/engine/schedule";
import type { ProcedureDefinition } from "@/server/engine/step";
import { undoCell } from "@/server/engine/undo-cell";
import type { RemoteHosts } from "@/server/ports/remote-host";
import type { Scrub } from "@/server/engine/scrub";

export interface ExecutorOptions {
  readonly journal: RunJournal;
  readonly procedure: ProcedureDefinition<unknown>;
  readonly run: StoredRun;
  readonly owner: string;
  readonly hosts: RemoteHosts;
  readonly lock: ClusterLock;
  readonly openSecret: (ref: string) => Promise<string>;
  readonly scrub: Scrub;
  readonly pace: Pace;
  readonly onCommitted: (events: readonly SealedEvent[]) => void;
  /** On the clock that never jumps. */
  readonly leaseEndsMs: number;
}

/**
 * Drives one claimed run until it stands still, is over, or belongs to somebody else. It decides nothing: the journal's
 * progress goes through `actionsFor`, and whatever should be going on and is not yet is begun.
 */
export class RunExecutor {
  readonly #options: ExecutorOptions;
  readonly #abandon = new AbortController();
  readonly #cancels = new Map<string, AbortController>();
  readonly #live = new Map<string, Promise<void>>();
  #writer: JournalWriter | null = null;
  #wake = Promise.withResolvers<void>();

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** Ends when the run was let go of; rejects when it was lost. */
  async drive(): Promise<void> {
    const writer = await this.#openWriter();
    try {
      if (await this.#isForeign(writer)) return;
      if (movingRunStates.includes(writer.progress.state)) await this.#options.lock.beat();
      for (;;) {
        this.#abandon.signal.throwIfAborted();
        if (writer.lost !== null) throw writer.lost;
        const actions = this.#actions(writer);
        const settle = actions.find((action) => action.kind === "settle");
        if (settle !== undefined && this.#live.size === 0) {
          await this.#settle(writer, settle);
          if (settle.state !== "running") return;
          continue;
        }
        if (actions.length === 0 && this.#live.size === 0) {
          await writer.append([], { release: true });
          return;
        }
        for (const action of actions) this.#begin(writer, action);
        await this.#wake.promise;
        this.#wake = Promise.withResolvers();
      }
    } catch (error) {
      this.#abandon.abort(error);
      throw error;
    } finally {
      writer.close(new OwnershipLost(this.#options.run.id));
    }
  }

  /** Somebody asked for something, or the lease was renewed and tells so. */
  async take(request: RunRequest): Promise<void> {
    const writer = this.#writer;
    if (writer === null || writer.lost !== null) return;
    const { plan } = this.#options.run;
    if (!mayRequest(plan, writer.progress, request).allowed) await writer.append([], { requestTaken: true });
    // Whose it is changes nothing of what it does: a parked run keeps the reason it is parked for.
    else if (request.request === "take")
      await writer.append([{ kind: "run-requested", ...request }], { requestTaken: true });
    else {
      const state = stateAfterRequest(writer.progress.state, request.request);
      await writer.append(
        [
          { kind: "run-requested", ...request },
          { kind: "run-state", state, because: null },
        ],
        { state, requestTaken: true },
      );
      if (request.request === "cancel") for (const cancel of this.#cancels.values()) cancel.abort();
    }
    this.#wake.resolve();
  }

  leaseExtended(endsMs: number): void {
    this.#writer?.leaseExtended(endsMs);
  }

  /** The cluster's lock was looked at again. */
  lockSeen(): void {
    if (this.#options.lock.heldBy !== null) this.#wake.resolve();
  }

  /** Leaves everything as it is; what works on nodes goes on there. */
  abandon(reason: Error): void {
    this.#abandon.abort(reason);
    this.#writer?.close(reason);
    this.#wake.resolve();
  }

  #actions({ progress }: JournalWriter): readonly Action[] {
    const { run, lock } = this.#options;
    return lock.heldBy === null ? actionsFor(run.plan, progress) : actionsWhileLocked(run.plan, progress, lock.heldBy);
  }

  async #openWriter(): Promise<JournalWriter> {
    const { journal, run, owner, scrub, pace, onCommitted, leaseEndsMs } = this.#options;
    const events = await readWholeJournal(journal, run.id);
    const progress = events.length === 0 ? emptyProgress(run.plan) : foldRun(run.plan, events);
    const lastHash = events.at(-1)?.hash ?? chainStart;
    const writer = new JournalWriter(
      { journal, runId: run.id, owner, pace, scrub, onCommitted },
      progress,
      lastHash,
      leaseEndsMs,
    );
    this.#writer = writer;
    if (run.request !== null) await this.take(run.request);
    return writer;
  }

  /** A run begun by another version of Trivet that this one cannot go on with waits for a person instead of looping. */
  async #isForeign(writer: JournalWriter): Promise<boolean> {
    const { procedure, run } = this.#options;
    if (!movingRunStates.includes(writer.progress.state)) return false;
    const unknown = run.plan.steps.filter((step) => !procedure.steps.some(({ id }) => id === step.id));
    let because =
      unknown.length === 0 ? null : say("run-steps-unknown", { steps: unknown.map(({ id }) => id).join(", ") });
    try {
      procedure.parseInput(run.input);
    } catch (error) {
      because ??= say("run-input-unreadable", { error: formatErrorChain(error) });
    }
    if (because === null) return false;
    await this.#settle(writer, { kind: "settle", state: "parked", reason: "code-changed", because });
    return true;
  }

  async #settle(writer: JournalWriter, settle: Extract<Action, { kind: "settle" }>): Promise<void> {
    const { state, because, reason } = settle;
    const body = { kind: "run-state", state, because, ...(reason === undefined ? {} : { reason }) } as const;
    await writer.append([body], { state, release: state !== "running" });
  }

  #begin(writer: JournalWriter, action: Action): void {
    if (action.kind === "settle") return;
    const key = cellKey(action.step.id, action.cell);
    if (this.#live.has(key)) return;
    const work = this.#work(writer, action).catch((error: unknown) => {
      // A cell records its own failures; what arrives here means that the journal cannot be written any more.
      if (!this.#abandon.signal.aborted)
        this.abandon(error instanceof Error ? error : new Error(formatErrorChain(error)));
    });
    this.#live.set(
      key,
      work.then(() => {
        this.#live.delete(key);
        this.#cancels.delete(key);
        this.#wake.resolve();
      }),
    );
  }

  async #work(writer: JournalWriter, action: Exclude<Action, { kind: "settle" }>): Promise<void> {
    const { procedure, run, hosts, openSecret, scrub, pace } = this.#options;
    const { step, cell } = action;
    const definition = procedure.steps.find(({ id }) => id === step.id);
    if (definition === undefined) throw new Error(`this version of Trivet no longer knows the step ${step.id}`);
    const cancel = new AbortController();
    if (step.cancellable === true) {
      this.#cancels.set(cellKey(step.id, cell), cancel);
      if (writer.progress.state === "cancelling") cancel.abort();
    }
    const tools: CellTools = {
      hosts,
      openSecret,
      scrub,
      elapsedMs: pace.elapsedMs,
      append: (bodies) => writer.append(bodies),
      emit: (body) => writer.emit(body),
      assertOwned: () => writer.assertOwned(),
    };
    const job: CellJob<unknown> = {
      definition,
      place: { input: procedure.parseInput(run.input), plan: run.plan, step, cell, runId: run.id, fence: run.fence },
      tools,
      pace,
      isGone: writer.progress.gone.includes(cell),
      current: () => cellOf(writer.progress, step.id, cell),
      abandon: this.#abandon.signal,
      cancel: cancel.signal,
      mayStart: () => writer.progress.state !== "cancelling",
    };
    await (action.kind === "perform" ? performCell(job) : undoCell(job));
  }
}
