import type { OperationRecord } from "@/contract/consul-keys";
import type { ConsulSeen } from "@/suite/core/seen";
import type { PhaseOf, State } from "@/suite/core/state";
import type { Finished, Step } from "@/suite/core/step";
import { consulOf, openMigration } from "@/suite/core/step";
import { retryMs } from "@/suite/core/timing";

/** A migration on record without an end, whoever's clock says that its time is over. */
export function unendedMigration(consul: ConsulSeen): OperationRecord | null {
  const { record } = consul.operation;
  return record === null || record.kind !== "migrate" || record.phase === "done" || record.phase === "failed"
    ? null
    : record;
}

/**
 * The owner ends what nobody will finish: whoever asked for it waits for an end, and while the record is open the others
 * leave a free lock to its target.
 */
export function mootOperation(
  state: State,
  phase: PhaseOf<"running">,
  finished: Finished | null,
  now: number,
): Step | null {
  if (finished?.what.deed === "fail-operation") return { phase: { ...phase, retryAt: now + retryMs } };
  const consul = consulOf(state);
  const record = consul === null ? null : unendedMigration(consul);
  if (consul === null || record === null || state.task !== null || now < phase.retryAt) return null;
  // A record of an older owner says nothing: only who holds the lock now may speak for the VM.
  if (consul.owner.session === null || consul.owner.session !== state.lease.session) return null;
  const mine = record.source === state.settings.node;
  if (mine && record.id !== state.closedOperation && openMigration(consul, now) !== null) return null;
  const error = !mine
    ? `${record.source} lost the VM on the way; it runs on ${state.settings.node}`
    : record.id === state.closedOperation
      ? `it came to no end; the VM runs on ${record.source}`
      : "its time is over by this node's clock";
  return {
    task: { deed: "fail-operation", operation: record.id, error },
    say: `Ending the migration to ${record.target ?? "nowhere"}: ${error}`,
  };
}
