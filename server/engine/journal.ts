import type { Plan, RunRequest, RunState } from "@/contract/run";
import type { SealedEvent } from "@/server/engine/hash-chain";

/**
 * Where runs live. Implemented by server/run/store (Prisma) and in memory for tests.
 *
 * Invariants every implementation keeps:
 * - A returned promise means durable: it survives kill -9 and power loss.
 * - At most one active run per cluster (`activeKey` unique); one run per idempotency key.
 * - Writes of a run carry the owner token of one claim; a claim replaces the token, so an older owner's next write fails
 *   with OwnershipLost. There is no read-modify-write: each change is one conditional update.
 * - `fence` grows with every claim and never shrinks within a cluster.
 */
export interface StoredRun {
  readonly id: string;
  readonly clusterId: string;
  readonly plan: Plan;
  readonly input: unknown;
  readonly state: RunState;
  readonly actor: string;
  readonly fence: number;
  readonly lastSeq: number;
  readonly request: RunRequest | null;
}

export interface NewRun {
  readonly id: string;
  readonly clusterId: string;
  /** The draft a deployment came from. */
  readonly draftId?: string;
  readonly plan: Plan;
  readonly input: unknown;
  readonly actor: string;
  readonly idempotencyKey: string;
  readonly firstEvent: SealedEvent;
  /** The highest fence the nodes have seen, of whichever panel: the first claim goes beyond it. */
  readonly fenceFloor: number;
}

export interface JournalWrite {
  readonly events: readonly SealedEvent[];
  /** The run's state after these events, when they change it. */
  readonly state?: RunState;
  /** The request these events carry out. */
  readonly requestTaken?: boolean;
  /** Lets go of the run: it stands still and waits for a person, or is over. */
  readonly release?: boolean;
}

export interface RunJournal {
  /** Same idempotency key again returns the run of the first time. Another active run on the cluster: AppError run-active. */
  create(run: NewRun): Promise<{ readonly id: string; readonly created: boolean }>;
  load(runId: string): Promise<StoredRun | null>;
  /** Runs with work to do and no living owner. */
  claimable(nowMs: number): Promise<readonly string[]>;
  /** Takes the run over when its lease is over: new token, fence + 1. Null when somebody else holds it. */
  claim(runId: string, owner: string, nowMs: number, leaseUntilMs: number): Promise<StoredRun | null>;
  /** Keeps the run and returns what a person asked meanwhile. Throws OwnershipLost. */
  renew(runId: string, owner: string, leaseUntilMs: number): Promise<RunRequest | null>;
  /** Appends after exactly `afterSeq`, extends the lease. Throws OwnershipLost. */
  append(runId: string, owner: string, afterSeq: number, write: JournalWrite, leaseUntilMs: number): Promise<void>;
  /** Leaves the run to be claimed at once (orderly shutdown). */
  release(runId: string, owner: string): Promise<void>;
  /** Stores a request unless one is waiting already; the owner, or whoever claims the run, carries it out. */
  request(runId: string, request: RunRequest): Promise<boolean>;
  events(runId: string, afterSeq: number, limit: number): Promise<readonly SealedEvent[]>;
}

/** Another engine holds the run now. Whoever sees this stops at once and touches no node. */
export class OwnershipLost extends Error {
  constructor(runId: string) {
    super(`run ${runId} belongs to another owner`);
    this.name = "OwnershipLost";
  }
}

/**
 * A lease that ends further ahead was written under another clock: after a jump back it would keep a run from everybody for
 * years. Shorter: replicas whose clocks differ take runs from each other (harmless, but restless).
 */
export const leaseBelievedMs = 60_000;

export const isLeaseOver = (leaseUntilMs: number | null, nowMs: number): boolean =>
  leaseUntilMs === null || leaseUntilMs <= nowMs || leaseUntilMs > nowMs + leaseBelievedMs;

export const movingRunStates: readonly RunState[] = ["planned", "running", "pausing", "cancelling", "undoing"];

/** All events, read in pages so that a long journal does not become one huge row set. */
export async function readWholeJournal(journal: RunJournal, runId: string): Promise<readonly SealedEvent[]> {
  const pageRows = 1000;
  const all: SealedEvent[] = [];
  for (;;) {
    const page = await journal.events(runId, all.length, pageRows);
    all.push(...page);
    if (page.length < pageRows) return all;
  }
}
