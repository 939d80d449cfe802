import type { AfterEnd, EndReason, Migration, Run, State } from "@/suite/core/state";
import type { ConsulSeen } from "@/suite/core/seen";
import type { Step } from "@/suite/core/step";
import { consulOf } from "@/suite/core/step";

/** Destroy, prove it gone, then whatever `after` says. Never resume. */
export function beginEnd(
  run: Run,
  end: { reason: EndReason; after: AfterEnd; because: string; migration?: Migration },
  now: number,
): Step {
  return {
    phase: {
      at: "ending",
      run,
      reason: end.reason,
      after: end.after,
      migration: end.migration ?? null,
      step: "destroying",
      retryAt: now,
    },
    task: { deed: "destroy" },
    say: `Destroying the ${endedName(run, end.reason)}: ${end.because}`,
  };
}

/** A half of a copy and somebody's own domain are not the VM: whoever reads "the VM is destroyed" at night believes it. */
export function endedName(run: Run, reason: EndReason): string {
  if (reason === "migration") return `half of the copy of epoch ${run.epoch}`;
  return reason === "foreign" ? "stray domain" : `VM of epoch ${run.epoch}`;
}

/** Epochs only grow, so a stale reading can never look like a loss. */
export function lostToAnother(state: State, run: Run, now: number): Step | null {
  const record = consulOf(state)?.owner.record ?? null;
  if (record === null || record.epoch <= run.epoch) return null;
  if (record.node === state.settings.node && record.startId === run.startId) return null;
  const because = `${record.node} owns epoch ${record.epoch}`;
  return beginEnd(run, { reason: "superseded", after: "forget", because }, now);
}

/** A fenced QEMU never writes again, not even after the entry is lifted: only a new one helps. */
export function fencedByOthers(state: State, run: Run, now: number): Step | null {
  if (run.address === null || !state.blocklisted.includes(run.address)) return null;
  const after = stillOwned(state, run) ? "restart" : "forget";
  return beginEnd(run, { reason: "fenced", after, because: `its storage client ${run.address} was fenced` }, now);
}

/** The same epoch again: nobody else has started anything since. */
export const reclaimOf = (run: Run, consul: ConsulSeen) =>
  ({
    deed: "reclaim",
    startId: run.startId,
    epoch: run.epoch,
    epochIndex: consul.epoch.index,
    address: run.address,
  }) as const;

export function stillOwned(state: State, run: Run): boolean {
  const consul = consulOf(state);
  return (
    consul !== null && !state.lease.lost && state.lease.session !== null && consul.owner.record?.epoch === run.epoch
  );
}
