import type { OperationRecord } from "@/contract/consul-keys";
import { say } from "@/contract/sentence";
import { countCrash } from "@/suite/core/crash-loop";
import { peersWithStorage } from "@/suite/core/eligibility";
import { beginEnd, fencedByOthers, lostToAnother, reclaimOf, stillOwned } from "@/suite/core/danger";
import { beginMigration } from "@/suite/core/migration";
import { mootOperation } from "@/suite/core/moot-operation";
import { runningChores } from "@/suite/core/running-chores";
import type { ConsulSeen } from "@/suite/core/seen";
import type { PhaseOf, Run, State } from "@/suite/core/state";
import { startAgain } from "@/suite/core/start-again";
import type { Finished, Handler, Step } from "@/suite/core/step";
import { consulOf, openMigration, wantsStarted, wantsStopped } from "@/suite/core/step";
import { guestTooShortMs, retryMs, stopAfterLeaseLossMs, storageLostMs } from "@/suite/core/timing";

/** The VM is ours and ran when last seen. The order below is the order of danger. */
export const running: Handler<"running"> = (state, phase, finished, now) => {
  const { run } = phase;
  return (
    lostToAnother(state, run, now) ??
    fencedByOthers(state, run, now) ??
    vanished(state, phase, now) ??
    lockIsFree(state, phase, finished, now) ??
    wanted(state, run, now) ??
    stoppedByStorage(state, phase, now) ??
    storageLost(state, phase, now) ??
    leaseGone(state, phase, now) ??
    relieved(state, phase, finished) ??
    mootOperation(state, phase, finished, now) ??
    foundIntruder(state, phase, finished, now) ??
    runningChores(state, phase, finished, now)
  );
};

function vanished(state: State, phase: PhaseOf<"running">, now: number): Step | null {
  const { run } = phase;
  if (state.domain.state === "unknown") return null;
  const domain = state.domain.value;
  if (domain.state !== "absent") return null;
  const consul = consulOf(state);
  if (consul === null || state.lease.lost || state.lease.session === null) {
    return {
      phase: { at: "standby", notBefore: now },
      say: `The VM ended (${domain.reason}) while the lease was lost; standing by`,
    };
  }
  if (wantsStopped(consul)) {
    return {
      phase: {
        at: "releasing",
        startId: run.startId,
        epoch: run.epoch,
        address: run.address,
        because: "intent is stopped",
        retryAt: now,
      },
      task: { deed: "release", startId: run.startId, epoch: run.epoch, address: run.address },
      say: `The VM ended (${domain.reason}) and intent is stopped`,
    };
  }
  const migration = newMigration(state, consul, now);
  if (migration !== null && underWay(migration.phase) && state.task === null) {
    return beginMigration(run, migration, true, now);
  }
  // A VM that arrived or was adopted has booted long ago, wherever that was.
  const booted = run.kind === "migrate" || run.kind === "adopt" || now - run.runningSince >= guestTooShortMs;
  const switchedOff = domain.reason === "shutdown" && booted;
  if (!switchedOff) return countCrash(state, run, run, say(`ended-${domain.reason}`), now);
  if (state.task !== null) return { phase: { at: "pausing", run, until: now } };
  const step = startAgain(state, consul, run, now);
  return step.task?.deed === "take"
    ? { ...step, say: "The guest switched itself off; starting it again with the newest configuration" }
    : step;
}

/** QEMU paused itself on a failed request. It stays paused for ever, so it is replaced as soon as storage answers. */
function stoppedByStorage(state: State, phase: PhaseOf<"running">, now: number): Step | null {
  const { run } = phase;
  if (state.domain.state === "unknown") return null;
  const domain = state.domain.value;
  if (domain.state !== "paused" || domain.reason !== "io-error") return null;
  // A canary from before the pause says nothing: on a full pool every new QEMU would pause like the last one.
  const refusedAt = phase.refusedAt ?? now;
  if (phase.refusedAt === undefined) {
    const words = "The VM paused itself on an I/O error; waiting for the next look at the storage";
    return troubled({ ...phase, refusedAt }, words);
  }
  if (state.storage.state === "ok" && state.storage.at <= refusedAt) return null;
  if (state.storage.state !== "ok")
    return { say: "Frozen: the VM is paused on an I/O error and storage does not answer" };
  const after = stillOwned(state, run) ? "restart" : "forget";
  const because = "it is paused on an I/O error and would never resume safely";
  return beginEnd(run, { reason: "io-error", after, because }, now);
}

/**
 * Given away only when this node has looked once more since the others were seen to reach the storage: where it comes back for all,
 * one of them is always first to notice.
 */
function storageLost(state: State, phase: PhaseOf<"running">, now: number): Step | null {
  const { storage } = state;
  if (storage.state !== "failed") return null;
  const consul = consulOf(state);
  const isLong = now - storage.since >= storageLostMs;
  if (consul === null)
    return isLong ? troubled(phase, "Frozen: neither storage nor Consul answers; nothing is decided blind") : null;
  const peers = peersWithStorage(consul, state.settings.node, now);
  const seen = phase.othersReachSince ?? null;
  const reachSince = seen !== null && seen >= storage.since ? seen : null;
  if (peers.length === 0) {
    if (reachSince !== null) return { phase: { ...phase, othersReachSince: null } };
    return isLong ? troubled(phase, "Frozen: storage answers nowhere; the VM resumes when it does") : null;
  }
  if (reachSince === null) return { phase: { ...phase, othersReachSince: now } };
  if (!isLong || storage.at <= reachSince) return null;
  const because = `storage is lost here while ${peers.join(", ")} reach it`;
  return beginEnd(phase.run, { reason: "storage-lost-here", after: "yield", because }, now);
}

function newMigration(state: State, consul: ConsulSeen, now: number) {
  const migration = openMigration(consul, now);
  const mine = migration !== null && migration.source === state.settings.node;
  return mine && migration.id !== state.closedOperation ? migration : null;
}

const underWay = (phase: OperationRecord["phase"]): boolean => phase === "copying" || phase === "handing-over";

function lockIsFree(state: State, phase: PhaseOf<"running">, finished: Finished | null, now: number): Step | null {
  const { run } = phase;
  if (finished?.what.deed === "reclaim") {
    if (finished.outcome.result === "done") return { say: `Holding the lock of epoch ${run.epoch} again` };
    // Refused because the session had just ended: the next one must not wait, the others are counting.
    const retryAt = state.lease.lost ? now : now + retryMs;
    return { phase: { ...phase, retryAt }, say: "Could not take the lock back yet" };
  }
  const consul = consulOf(state);
  if (consul === null || !stillOwned(state, run) || consul.owner.session !== null) return null;
  if (state.task !== null || now < phase.retryAt) return null;
  return {
    task: reclaimOf(run, consul),
    say: `The lock of epoch ${run.epoch} is free while its VM runs here; taking it back`,
  };
}

function leaseGone(state: State, phase: PhaseOf<"running">, now: number): Step | null {
  const { lease } = state;
  const { run } = phase;
  if (!lease.lost && now <= lease.validUntil) return null;
  if (state.settings.onLeaseLoss === "stop" && now - lease.validUntil > stopAfterLeaseLossMs) {
    const because = "the lease is lost and this site prefers downtime to a duplicate address";
    return beginEnd(run, { reason: "lease-lost", after: "forget", because }, now);
  }
  const runs = state.domain.state === "known" && state.domain.value.state === "running";
  const is = runs ? "the VM is left running" : "the VM is left as it is";
  const asked =
    state.storage.state === "ok" ? "storage answered last time" : `the storage canary is ${state.storage.state}`;
  const limit = `it is destroyed ${stopAfterLeaseLossMs / 1000} s after that unless the lease comes back`;
  const next = state.settings.onLeaseLoss === "stop" ? limit : `${asked} and no fence of it has been seen`;
  return troubled(phase, `The lease is lost; ${is}: ${next}`);
}

const troubled = (phase: PhaseOf<"running">, words: string): Step => ({
  phase: { ...phase, isTroubled: true },
  say: words,
});

/** The log's last word must not stay "frozen" or "lost" when neither is true any more. */
function relieved(state: State, phase: PhaseOf<"running">, finished: Finished | null): Step | null {
  if (phase.isTroubled !== true || finished !== null || state.storage.state !== "ok") return null;
  const consul = consulOf(state);
  if (consul === null || consul.owner.session === null || consul.owner.session !== state.lease.session) return null;
  return {
    phase: { ...phase, isTroubled: false },
    say: `The lease is held and storage answers again; the VM of epoch ${phase.run.epoch} ran on`,
  };
}

function wanted(state: State, run: Run, now: number): Step | null {
  const consul = consulOf(state);
  if (consul === null || state.task !== null) return null;
  if (wantsStopped(consul)) {
    const actor = consul.intent.record?.actor ?? "unknown";
    return {
      phase: { at: "stopping", run, beganAt: now, actor, step: "waiting", retryAt: now, confirmBy: now },
      task: { deed: "ask-guest-off" },
      say: `Stopping the VM: ${actor} set the intent to stopped`,
    };
  }
  const migration = newMigration(state, consul, now);
  if (migration === null || !wantsStarted(consul)) return null;
  if (state.storage.state !== "ok" || state.domain.state === "unknown") return null;
  // The target's hook knows the VM by its newest epoch, which one that has just been received does not carry yet.
  if (state.domain.value.epoch !== run.epoch) return null;
  return beginMigration(run, migration, underWay(migration.phase), now);
}

/** A watcher that came after our fence: fenced now, ours spared. The deed itself re-reads the lock before it acts. */
function foundIntruder(state: State, phase: PhaseOf<"running">, finished: Finished | null, now: number): Step | null {
  if (finished?.what.deed === "fence") {
    if (finished.outcome.result !== "done") return null;
    return { say: `Fenced ${finished.outcome.addresses?.join(", ") ?? "nobody"}` };
  }
  if (finished?.what.deed !== "audit-watchers" || finished.outcome.result !== "done") return null;
  const foreign = finished.outcome.addresses ?? [];
  if (foreign.length === 0 || state.task !== null || !stillOwned(state, phase.run)) return null;
  const consul = consulOf(state);
  // While a migration is open the second watcher is its target.
  if (consul !== null && openMigration(consul, now) !== null) return null;
  return {
    task: { deed: "fence", epoch: phase.run.epoch, first: foreign, spareOwn: true, markDown: null },
    say: `Fencing a second opener of the image: ${foreign.join(", ")}`,
  };
}
