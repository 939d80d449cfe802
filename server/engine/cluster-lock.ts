import { hostname } from "node:os";
import type { Plan } from "@/contract/run";
import { refusedByRunLock, type RunLock, runLockHolder, runLockSentence } from "@/contract/run-lock";
import type { Saying } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import type { Pace } from "@/server/engine/cell-control";
import type { RunLockStore } from "@/server/ports/run-lock-store";

/**
 * The cluster's own lock, which `zsha` honours too. Invariants:
 * - Consul that gives no answer is no refusal: before the first deployment there is none, and `zsha` cannot work without it
 *   either. The lock is taken as soon as it answers.
 * - Somebody else's lock ends the beginning of new work; what is at work comes to its end, then the run is parked.
 * - The lock of this very run was left by a panel that is gone (its fence is lower), or by a call of ours that ended late: it is taken over.
 * - So is the lock of a run that this panel knows to be over: a run that switched Consul off could not free it, and Consul counts
 *   the time of its sessions anew after a cold start.
 * - Whoever lets go of a run in order (parked, over) frees the lock; whoever dies or is stopped leaves it to its successor.
 */

/** Shorter: a panel that restarts loses the lock in the middle of its run. Longer: `zsha` is locked out after a panel's death (Consul takes up to twice this). */
const lockTtlSeconds = 30;
/** Shorter than a third of the TTL, so that two lost answers do not lose the lock. Longer: taken late once Consul answers. */
const lockBeatMs = 3_000;
/** A node that does not answer at all must not hold a run up; the next beat asks again. */
const lockAnswerMs = 5_000;

export interface ClusterLockOptions {
  readonly store: RunLockStore;
  /** A run of this panel's own journal that is over and will never change anything again. */
  readonly isOver: (runId: string) => Promise<boolean>;
  readonly pace: Pick<Pace, "now" | "elapsedMs">;
  readonly log: (message: string, facts: Record<string, string>) => void;
}

export class ClusterLock {
  readonly #options: ClusterLockOptions;
  readonly #record: RunLock;
  #session: string | null = null;
  #beating: Promise<void> | null = null;
  #lastBeatMs = Number.NEGATIVE_INFINITY;
  #said = "";
  #isReleased = false;
  #heldBy: Saying | null = null;

  constructor(run: { id: string; plan: Plan; actor: string; fence: number }, options: ClusterLockOptions) {
    this.#options = options;
    this.#record = {
      holder: "panel",
      runId: run.id,
      kind: run.plan.kind,
      fence: run.fence,
      actor: run.actor,
      place: hostname(),
      at: new Date(options.pace.now()).toISOString(),
    };
  }

  /** Who else holds the cluster, in words; null when nobody is known to. */
  get heldBy(): Saying | null {
    return this.#heldBy;
  }

  /** Keeps the lock, or tries to get it. Never throws; beats that come too soon do nothing. */
  beat(): Promise<void> {
    const { pace } = this.#options;
    if (this.#isReleased) return Promise.resolve();
    if (this.#beating !== null) return this.#beating;
    if (pace.elapsedMs() - this.#lastBeatMs < lockBeatMs) return Promise.resolve();
    this.#lastBeatMs = pace.elapsedMs();
    this.#beating = bounded(this.#keep())
      .then(
        () => this.#say("held", ""),
        (error: unknown) => this.#say("not held", formatErrorChain(error)),
      )
      .finally(() => {
        this.#beating = null;
      });
    return this.#beating;
  }

  /** Nothing is at work any more. A lock that cannot be freed now expires by itself. */
  async release(): Promise<void> {
    await this.#beating;
    this.#isReleased = true;
    const session = this.#session;
    this.#session = null;
    if (session === null) return;
    await bounded(this.#options.store.destroySession(session)).catch((error: unknown) =>
      this.#say("left to expire", formatErrorChain(error)),
    );
  }

  async #keep(): Promise<void> {
    const { store } = this.#options;
    if (this.#session !== null && (await store.renewSession(this.#session))) return;
    this.#session = null;
    const found = await store.read();
    if (found !== null && found.session !== null) {
      const holder = runLockHolder(found.value);
      if (!this.#isOurs(holder) && !(await this.#isLeftBehind(holder))) {
        this.#heldBy = runLockSentence(holder);
        throw new Error(this.#heldBy.text);
      }
      await store.destroySession(found.session);
    }
    const session = await store.createSession(lockTtlSeconds);
    if (!(await store.acquire(JSON.stringify(this.#record), session))) {
      await store.destroySession(session);
      throw new Error("somebody else took the lock at the same moment");
    }
    this.#session = session;
    this.#heldBy = null;
  }

  #isOurs(holder: RunLock | null): boolean {
    const { runId, fence } = this.#record;
    return holder?.runId === runId && (holder.fence ?? 0) <= (fence ?? 0);
  }

  async #isLeftBehind(holder: RunLock | null): Promise<boolean> {
    return holder?.holder === "panel" && (await this.#options.isOver(holder.runId));
  }

  /** Once per change: a beat comes every few seconds. */
  #say(state: string, reason: string): void {
    const said = `${state} ${reason}`;
    if (said === this.#said) return;
    this.#said = said;
    this.#options.log(`run engine: the cluster's lock is ${state}`, { runId: this.#record.runId, reason });
  }
}

/**
 * Before a run is begun or goes on: refused while somebody else holds the cluster. Runs of this panel's own journal are not
 * somebody else: that there is only one of them is the database's business.
 */
export async function refuseWhileLocked(
  store: RunLockStore,
  isOwnRun: (runId: string) => Promise<boolean>,
): Promise<void> {
  const found = await bounded(store.read()).catch(() => null);
  if (found === null || found.session === null) return;
  const holder = runLockHolder(found.value);
  if (holder?.holder === "panel" && (await isOwnRun(holder.runId))) return;
  throw refusedByRunLock(holder);
}

async function bounded<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | null = null;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer from Consul within ${lockAnswerMs / 1000} s`)), lockAnswerMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    if (timer !== null) clearTimeout(timer);
    // The one that lost the race may still reject, with nobody left to listen.
    work.catch(() => undefined);
  }
}
