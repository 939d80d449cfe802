import { randomUUID } from "node:crypto";
import { AppError } from "@/contract/errors";
import { isRunActive, type Plan, type ProcedureKind, planSchema, type RunRequest } from "@/contract/run";
import { productVersion } from "@/contract/version";
import { say } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import type { Pace } from "@/server/engine/cell-control";
import { ClusterLock, refuseWhileLocked } from "@/server/engine/cluster-lock";
import { chainStart, digestOf, type SealedEvent, sealEvent } from "@/server/engine/hash-chain";
import { OwnershipLost, type RunJournal } from "@/server/engine/journal";
import { leaseMs } from "@/server/engine/journal-writer";
import { RunExecutor } from "@/server/engine/run-executor";
import type { ProcedureDefinition } from "@/server/engine/step";
import type { RemoteHosts } from "@/server/ports/remote-host";
import type { RunLockStore } from "@/server/ports/run-lock-store";
import type { Scrub } from "@/server/engine/scrub";

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
  /** The lock in the cluster itself, which `zsha` honours too. */
  readonly lockStoreOf: (clusterId: string) => Promise<RunLockStore>;
  readonly openSecret: (ref: string) => Promise<string>;
  /** The highest fence number the cluster's nodes have seen, as far as they answer. */
  readonly fenceFloorOf: (clusterId: string) => Promise<number>;
  readonly scrub: Scrub;
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

interface OwnedRun {
  readonly owner: string;
  readonly executor: RunExecutor;
  readonly lock: ClusterLock;
  readonly done: Promise<void>;
}

/** Requests after which nodes are changed; the others only stop. */
const beginsWork: readonly RunRequest["request"][] = ["resume", "retry", "undo", "undo-without"];

/**
 * Owns the runs this process claimed. Everything a run is lives in the journal: an engine may vanish at any instant and
 * another one, in this process or elsewhere, goes on from what is written.
 */
export class RunEngine {
  readonly #options: EngineOptions;
  readonly #owned = new Map<string, OwnedRun>();
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
      throw new AppError("plan-stale", say("plan-changed"), {
        advice: say("plan-look-again"),
      });
    await this.#refuseWhileLocked(clusterId);
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
      fenceFloor: await this.#options.fenceFloorOf(clusterId),
      ...(draftId === undefined ? {} : { draftId }),
    });
    if (stored.created) this.#options.onCommitted([firstEvent]);
    await this.#take(stored.id);
    return { runId: stored.id, created: stored.created };
  }

  /** Durable before it returns; carried out by whoever owns the run. Whether it is allowed was asked by the caller. */
  async request(runId: string, request: RunRequest): Promise<void> {
    if (beginsWork.includes(request.request)) {
      const run = await this.#options.journal.load(runId);
      if (run !== null) await this.#refuseWhileLocked(run.clusterId);
    }
    if (!(await this.#options.journal.request(runId, request)))
      throw new AppError("conflict", say("run-request-pending"));
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
    const { journal, pace, procedureOf, hostsOf, lockStoreOf, openSecret, scrub, onCommitted, log } = this.#options;
    const owner = randomUUID();
    const leaseEndsMs = pace.elapsedMs() + leaseMs;
    const run = await journal.claim(runId, owner, pace.now(), pace.now() + leaseMs);
    if (run === null) return;
    const store = await lockStoreOf(run.clusterId).catch(lockThatSays);
    const isOver = async (id: string): Promise<boolean> => {
      const other = await journal.load(id);
      return other !== null && !isRunActive(other.state);
    };
    const lock = new ClusterLock({ ...run, id: runId }, { store, isOver, pace, log });
    const executor = new RunExecutor({
      journal,
      run,
      lock,
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
      // In order: parked or over. A run that was lost or left at work keeps its lock for whoever goes on with it.
      .then(() => lock.release())
      .catch((error: unknown) => {
        if (!this.#isStopped) log("run engine: run let go", { runId, error: formatErrorChain(error) });
      })
      .then(() => {
        this.#owned.delete(runId);
      });
    this.#owned.set(runId, { owner, executor, lock, done });
  }

  async #refuseWhileLocked(clusterId: string): Promise<void> {
    const { journal, lockStoreOf } = this.#options;
    const store = await lockStoreOf(clusterId).catch(lockThatSays);
    await refuseWhileLocked(store, async (runId) => (await journal.load(runId)) !== null);
  }

  async #renew(runId: string): Promise<void> {
    const owned = this.#owned.get(runId);
    if (owned === undefined) return;
    // Beside the lease: a Consul that is slow to answer must not cost the run.
    void owned.lock.beat().then(() => owned.executor.lockSeen());
    if (this.#renewing.has(runId)) return;
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

const lockThatSays = (error: unknown): RunLockStore => {
  const fail = async (): Promise<never> => {
    throw error;
  };
  return { read: fail, createSession: fail, renewSession: fail, destroySession: fail, acquire: fail };
};

/** A cluster whose nodes cannot be named fails its steps with that reason, where people see it, instead of a run that never moves. */
const hostsThatSay = (error: unknown): RemoteHosts => ({
  host: () => {
    throw error;
  },
});
