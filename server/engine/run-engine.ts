import { randomUUID } from "node:crypto";
import { AppError } from "@/contract/errors";
import { type Plan, type ProcedureKind, planSchema, type RunRequest } from "@/contract/run";
import { productVersion } from "@/contract/version";
import { formatErrorChain } from "@/lib/error-chain";
import type { Pace } from "@/server/engine/cell-control";
import { chainStart, digestOf, type SealedEvent, sealEvent } from "@/server/engine/hash-chain";
import { OwnershipLost, type RunJournal } from "@/server/engine/journal";
import { leaseMs } from "@/server/engine/journal-writer";
import { RunExecutor } from "@/server/engine/run-executor";
import type { ProcedureDefinition } from "@/server/engine/step";
import type { RemoteHosts } from "@/server/ports/remote-host";

/**
 * Runs that are due and have no living owner are found this often. Longer: a run stands still after a restart. Shorter:
 * idle queries. Renewal happens in the same beat, so it must stay well below the lease.
 */
export const engineBeatMs = 1_000;

export interface EngineOptions {
  readonly journal: RunJournal;
  /** Kind → definition; the engine itself knows no procedure. */
  readonly procedureOf: (kind: ProcedureKind) => ProcedureDefinition<unknown>;
  readonly hostsOf: (clusterId: string) => Promise<RemoteHosts>;
  readonly openSecret: (ref: string) => Promise<string>;
  readonly scrub: (text: string) => string;
  readonly pace: Pace;
  readonly onCommitted: (events: readonly SealedEvent[]) => void;
  readonly log: (message: string, facts: Record<string, string>) => void;
}

export interface NewRunRequest {
  readonly kind: ProcedureKind;
  readonly clusterId: string;
  readonly input: unknown;
  readonly actor: string;
  readonly idempotencyKey: string;
  /** Digest shown on the review page; when the facts are others now, the run is refused. */
  readonly expectedFactsDigest?: string;
  readonly draftId?: string;
}

/**
 * Owns the runs this process claimed. Everything a run is lives in the journal: an engine may vanish at any instant and
 * another one, in this process or elsewhere, goes on from what is written.
 */
export class RunEngine {
  readonly #options: EngineOptions;
  readonly #owned = new Map<string, { owner: string; executor: RunExecutor; done: Promise<void> }>();
  readonly #renewing = new Set<string>();
  #isStopped = false;
  #beat: NodeJS.Timeout | null = null;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  makePlan(kind: ProcedureKind, clusterId: string, input: unknown): Plan {
    const procedure = this.#options.procedureOf(kind);
    const parsed = procedure.parseInput(input);
    return planSchema.parse({
      kind,
      clusterId,
      codeVersion: productVersion,
      factsDigest: digestOf(parsed),
      steps: procedure.plan(parsed),
    });
  }

  /** Stores the run and begins it. The same idempotency key again is the same run. */
  async start(request: NewRunRequest): Promise<{ runId: string; created: boolean }> {
    const { kind, clusterId, input, actor, idempotencyKey, expectedFactsDigest, draftId } = request;
    const plan = this.makePlan(kind, clusterId, input);
    if (expectedFactsDigest !== undefined && expectedFactsDigest !== plan.factsDigest)
      throw new AppError("plan-stale", "What the plan was made from has changed since it was shown.", {
        advice: "Look at the new plan and start again.",
      });
    const id = randomUUID();
    const at = new Date(this.#options.pace.now()).toISOString();
    const firstEvent = sealEvent(chainStart, { runId: id, seq: 1, at, body: { kind: "run-created", actor } });
    const stored = await this.#options.journal.create({
      id,
      clusterId,
      plan,
      input,
      actor,
      idempotencyKey,
      firstEvent,
      ...(draftId === undefined ? {} : { draftId }),
    });
    if (stored.created) this.#options.onCommitted([firstEvent]);
    await this.#take(stored.id);
    return { runId: stored.id, created: stored.created };
  }

  /** Durable before it returns; carried out by whoever owns the run. Whether it is allowed was asked by the caller. */
  async request(runId: string, request: RunRequest): Promise<void> {
    if (!(await this.#options.journal.request(runId, request)))
      throw new AppError("conflict", "Another request to this run has not been carried out yet.");
    if (this.#owned.has(runId)) await this.#renew(runId);
    else await this.#take(runId);
  }

  /** Keeps the runs it has and takes up those without an owner. */
  async beat(): Promise<void> {
    await Promise.all([...this.#owned.keys()].map((runId) => this.#renew(runId)));
    if (this.#isStopped) return;
    for (const runId of await this.#options.journal.claimable(this.#options.pace.now())) await this.#take(runId);
  }

  startBeating(): void {
    const next = (): void => {
      this.#beat = setTimeout(() => {
        void this.beat()
          .catch((error: unknown) => this.#options.log("run engine: beat failed", { error: formatErrorChain(error) }))
          .finally(() => {
            if (!this.#isStopped) next();
          });
      }, engineBeatMs);
    };
    next();
  }

  /** Lets go of every run so that the next process takes it up at once; work on nodes goes on there. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#beat !== null) clearTimeout(this.#beat);
    const owned = [...this.#owned.entries()];
    for (const [, { executor }] of owned) executor.abandon(new Error("the panel is stopping"));
    await Promise.all(owned.map(([, { done }]) => done));
    await Promise.all(owned.map(([runId, { owner }]) => this.#options.journal.release(runId, owner)));
  }

  /** Resolves when no run is being driven here. */
  async idle(): Promise<void> {
    while (this.#owned.size > 0) await Promise.all([...this.#owned.values()].map(({ done }) => done));
  }

  /** Never throws: a run that cannot be taken up now is due again at the next beat. */
  async #take(runId: string): Promise<void> {
    try {
      if (!this.#isStopped && !this.#owned.has(runId)) await this.#claim(runId);
    } catch (error) {
      this.#options.log("run engine: run cannot be taken up", { runId, error: formatErrorChain(error) });
    }
  }

  async #claim(runId: string): Promise<void> {
    const { journal, pace, procedureOf, hostsOf, openSecret, scrub, onCommitted } = this.#options;
    const owner = randomUUID();
    const leaseEndsMs = pace.elapsedMs() + leaseMs;
    const run = await journal.claim(runId, owner, pace.now(), pace.now() + leaseMs);
    if (run === null) return;
    const executor = new RunExecutor({
      journal,
      run,
      owner,
      leaseEndsMs,
      openSecret,
      scrub,
      pace,
      onCommitted,
      procedure: procedureOf(run.plan.kind),
      hosts: await hostsOf(run.clusterId).catch(hostsThatSay),
    });
    const done = executor
      .drive()
      .catch((error: unknown) => {
        if (!this.#isStopped) this.#options.log("run engine: run let go", { runId, error: formatErrorChain(error) });
      })
      .then(() => {
        this.#owned.delete(runId);
      });
    this.#owned.set(runId, { owner, executor, done });
  }

  async #renew(runId: string): Promise<void> {
    const owned = this.#owned.get(runId);
    if (owned === undefined || this.#renewing.has(runId)) return;
    this.#renewing.add(runId);
    try {
      const { journal, pace } = this.#options;
      const leaseEndsMs = pace.elapsedMs() + leaseMs;
      const request = await journal.renew(runId, owned.owner, pace.now() + leaseMs);
      owned.executor.leaseExtended(leaseEndsMs);
      if (request !== null) await owned.executor.take(request);
    } catch (error) {
      // A database that cannot be asked is not a lost lease: the next beat asks again, and sending checks the clock.
      if (error instanceof OwnershipLost) owned.executor.abandon(error);
      else this.#options.log("run engine: renewal failed", { runId, error: formatErrorChain(error) });
    } finally {
      this.#renewing.delete(runId);
    }
  }
}

/** A cluster whose nodes cannot be named fails its steps with that reason, where people see it, instead of a run that never moves. */
const hostsThatSay = (error: unknown): RemoteHosts => ({
  host: () => {
    throw error;
  },
});
