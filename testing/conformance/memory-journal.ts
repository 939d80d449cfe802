import { AppError } from "@/contract/errors";
import { isRunActive, type RunRequest, type RunState } from "@/contract/run";
import type { SealedEvent } from "@/server/engine/hash-chain";
import {
  isLeaseOver,
  type JournalWrite,
  movingRunStates,
  type NewRun,
  OwnershipLost,
  type RunJournal,
  type StoredRun,
} from "@/server/engine/journal";

interface Row {
  run: NewRun;
  state: RunState;
  fence: number;
  owner: string | null;
  leaseUntilMs: number | null;
  request: RunRequest | null;
  events: SealedEvent[];
}

/** RunJournal without a database, with the same refusals. Everything is copied through JSON, as a database would. */
export class MemoryJournal implements RunJournal {
  readonly #rows = new Map<string, Row>();

  async create(run: NewRun): Promise<{ id: string; created: boolean }> {
    const rows = [...this.#rows.values()];
    const same = rows.find((row) => row.run.idempotencyKey === run.idempotencyKey);
    if (same !== undefined) return { id: same.run.id, created: false };
    const ofCluster = rows.filter((row) => row.run.clusterId === run.clusterId);
    if (ofCluster.some((row) => isRunActive(row.state))) throw new AppError("run-active", "another run is active");
    const fence = Math.max(run.fenceFloor, ...ofCluster.map((row) => row.fence));
    const blank = { state: "planned" as const, owner: null, leaseUntilMs: null, request: null };
    this.#rows.set(run.id, { run: copy(run), fence, events: [copy(run.firstEvent)], ...blank });
    return { id: run.id, created: true };
  }

  async load(runId: string): Promise<StoredRun | null> {
    const row = this.#rows.get(runId);
    return row === undefined ? null : stored(row);
  }

  async claimable(nowMs: number): Promise<readonly string[]> {
    return [...this.#rows.values()]
      .filter((row) => row.request !== null || movingRunStates.includes(row.state))
      .filter((row) => isLeaseOver(row.leaseUntilMs, nowMs))
      .map((row) => row.run.id);
  }

  async claim(runId: string, owner: string, nowMs: number, leaseUntilMs: number): Promise<StoredRun | null> {
    const row = this.#rows.get(runId);
    if (row === undefined || !isLeaseOver(row.leaseUntilMs, nowMs)) return null;
    if (row.request === null && !movingRunStates.includes(row.state)) return null;
    row.owner = owner;
    row.leaseUntilMs = leaseUntilMs;
    row.fence += 1;
    return stored(row);
  }

  async renew(runId: string, owner: string, leaseUntilMs: number): Promise<RunRequest | null> {
    const row = this.#owned(runId, owner);
    row.leaseUntilMs = leaseUntilMs;
    return row.request;
  }

  async append(
    runId: string,
    owner: string,
    afterSeq: number,
    write: JournalWrite,
    leaseUntilMs: number,
  ): Promise<void> {
    const row = this.#owned(runId, owner);
    if (row.events.length !== afterSeq) throw new OwnershipLost(runId);
    row.events.push(...write.events.map(copy));
    row.leaseUntilMs = leaseUntilMs;
    if (write.state !== undefined) row.state = write.state;
    if (write.requestTaken === true) row.request = null;
    if (write.release === true) await this.release(runId, owner);
  }

  async release(runId: string, owner: string): Promise<void> {
    const row = this.#rows.get(runId);
    if (row?.owner !== owner) return;
    row.owner = null;
    row.leaseUntilMs = null;
  }

  async request(runId: string, request: RunRequest): Promise<boolean> {
    const row = this.#rows.get(runId);
    if (row === undefined || row.request !== null) return false;
    row.request = request;
    return true;
  }

  async events(runId: string, afterSeq: number, limit: number): Promise<readonly SealedEvent[]> {
    return copy(this.#rows.get(runId)?.events.slice(afterSeq, afterSeq + limit) ?? []);
  }

  #owned(runId: string, owner: string): Row {
    const row = this.#rows.get(runId);
    if (row === undefined || row.owner !== owner) throw new OwnershipLost(runId);
    return row;
  }
}

const copy = <T>(value: T): T => structuredClone(value);

const stored = (row: Row): StoredRun => ({
  id: row.run.id,
  clusterId: row.run.clusterId,
  plan: copy(row.run.plan),
  input: copy(row.run.input),
  state: row.state,
  actor: row.run.actor,
  fence: row.fence,
  lastSeq: row.events.length,
  request: row.request,
});
