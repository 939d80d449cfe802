import { say } from "@/contract/sentence";
import type { Chore, Deed, Outcome, Task } from "@/suite/core/deed";
import type { ConsulSeen } from "@/suite/core/seen";
import type { HistoryDraft, Phase, PhaseOf, State } from "@/suite/core/state";

/** What one phase makes of one event. Empty: nothing changes. */
export interface Step {
  readonly phase?: Phase;
  readonly task?: Task;
  readonly chore?: Chore;
  readonly history?: readonly HistoryDraft[];
  readonly say?: string;
  readonly patch?: Partial<Pick<State, "crashes" | "crashLoop" | "yieldedUntil" | "closedOperation">>;
}

/** A deed of ours that just answered. */
export interface Finished {
  readonly what: Deed;
  readonly outcome: Outcome;
  readonly tookMs: number;
}

export type Handler<K extends Phase["at"]> = (
  state: State,
  phase: PhaseOf<K>,
  finished: Finished | null,
  now: number,
) => Step;

export const nothing: Step = {};

/** Own domain between a deed that changes it and the first reading begun after that. */
export const justChanged = say("just-changed");

export const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

export const consulOf = (state: State): ConsulSeen | null =>
  state.consul.state === "known" ? state.consul.value : null;

export const holdsLease = (state: State, now: number, marginMs: number): boolean =>
  state.lease.session !== null && !state.lease.lost && state.lease.validUntil - now >= marginMs;

export const wantsStarted = (consul: ConsulSeen): boolean => consul.intent.record?.want === "started";
export const wantsStopped = (consul: ConsulSeen): boolean => consul.intent.record?.want === "stopped";

/** A migration somebody asked for and that is neither finished nor out of time. */
export function openMigration(consul: ConsulSeen, now: number) {
  const { record, expiresAt } = consul.operation;
  if (record === null || record.kind !== "migrate" || record.target === null) return null;
  if (record.phase === "done" || record.phase === "failed" || now > expiresAt) return null;
  const owner = consul.owner.record;
  // Somebody else has taken the VM since: whatever was asked of the old owner is moot.
  if (owner?.node !== record.source) return null;
  // The source itself has taken it for a new start since that copy: nothing of the new one is on its way.
  if (consul.receiver?.operation === record.id && consul.receiver.epoch !== owner.epoch) return null;
  return { ...record, target: record.target, expiresAt };
}
