import type { OwnerRecord } from "@/contract/consul-keys";
import { isSaying, joined, sentenceText } from "@/contract/sentence";
import { beginEnd } from "@/suite/core/danger";
import { beginTake } from "@/suite/core/start";
import { takenOverRun } from "@/suite/core/run";
import type { ConsulSeen, DomainSeen } from "@/suite/core/seen";
import type { Handler, Step } from "@/suite/core/step";
import { consulOf, nothing, openMigration, wantsStarted } from "@/suite/core/step";
import type { EndReason, State } from "@/suite/core/state";
import { isFirstLookDue, whyNotEligible } from "@/suite/core/eligibility";
import { takeoverDelayMs } from "@/suite/core/failover";
import { beginMigration } from "@/suite/core/migration";
import { unendedMigration } from "@/suite/core/moot-operation";
import { fenceLingerMs, firstLookMs, liftEveryMs, retryMs } from "@/suite/core/timing";

/** Just started: nothing is decided before libvirt has answered once, and nothing is taken for stopped. */
export const observing: Handler<"observing"> = (state, _phase, _finished, now) => {
  if (state.domain.state === "unknown") return nothing;
  const domain = state.domain.value;
  if (domain.state === "absent") {
    return { phase: { at: "standby", notBefore: now }, say: "Nothing runs here; standing by" };
  }
  const consul = consulOf(state);
  if (consul !== null) return judgeFoundDomain(state, domain, consul, now);
  const memory = state.remembered;
  if (memory === null || memory.startId !== domain.startId) return nothing;
  const run = takenOverRun({ ...memory, kind: "adopt", from: null, beganAt: now }, now);
  return {
    phase: { at: "running", run, retryAt: now },
    say: `Adopted the running VM of start ${run.startId} from own record; Consul has not answered yet`,
  };
};

export const standby: Handler<"standby"> = (state, phase, finished, now) => {
  if (finished?.what.deed === "lift-fences") {
    if (finished.outcome.result !== "done")
      return { say: `Fences of this node stay for now: ${sentenceText(finished.outcome.because)}` };
    const lifted = finished.outcome.addresses ?? [];
    return lifted.length === 0
      ? nothing
      : { say: `Lifted the fence of ${lifted.join(", ")}: that QEMU is proven gone` };
  }
  const consul = consulOf(state);
  if (consul === null) {
    const isLong = state.lease.session !== null && now > state.lease.validUntil;
    return isLong
      ? { say: "Standing by; Consul does not answer here, and without a majority nobody can start the VM" }
      : nothing;
  }
  if (state.domain.state === "unknown") {
    return isSaying(state.domain.reason, "just-changed")
      ? nothing
      : { say: `Standing by; own domain unknown: ${sentenceText(state.domain.reason)}` };
  }
  const domain = state.domain.value;
  if (domain.state !== "absent") return judgeFoundDomain(state, domain, consul, now);
  const longGone = state.absentSince !== null && now - state.absentSince >= fenceLingerMs;
  if (consul.liftable.length > 0 && longGone && state.chore === null && now >= (phase.liftAt ?? 0)) {
    // No QEMU of ours is left here, nor anything on its way to the storage: what was fenced of this node can never write again.
    return {
      phase: { ...phase, liftAt: now + liftEveryMs },
      chore: { deed: "lift-fences", addresses: consul.liftable, own: null },
    };
  }

  const migration = openMigration(consul, now);
  // What this zshad has brought to its end is not taken up again, however long the others' word of it takes.
  const isClosed = migration?.source === state.settings.node && migration.id === state.closedOperation;
  if (migration !== null && !isClosed && consul.owner.session !== null) {
    if (migration.source === state.settings.node && consul.owner.session === state.lease.session)
      return resumeMigration(state, consul, migration, now);
    if (migration.target === state.settings.node) return receive(state, consul, migration, now);
    return { say: `Leaving the lock alone: migration to ${migration.target} is under way` };
  }
  const targetLives = migration !== null && (consul.peers[migration.target]?.session ?? null) !== null;
  if (migration !== null && !isClosed && targetLives && migration.target !== state.settings.node) {
    return { say: `Leaving the lock alone: ${migration.target} may have received the VM` };
  }
  const { record, session } = consul.owner;
  const mine = session !== null && session === state.lease.session;
  if (!wantsStarted(consul)) {
    if (mine && record !== null && state.task === null && now >= phase.notBefore)
      return letGoOfLeftover(record, "intent is not started", now);
    return {
      say: consul.intent.record === null ? "Standing by; no intent is recorded" : "Standing by; intent is stopped",
    };
  }
  if (session !== null && !mine && record?.node === state.settings.node && state.lease.session !== null) {
    // Only an earlier zshad of this node can have taken it, and none is left. Its TTL begins anew with every leader of Consul.
    if (state.task !== null || now < (phase.endAt ?? 0)) return nothing;
    return {
      phase: { ...phase, endAt: now + retryMs },
      task: { deed: "end-session", session },
      say: "Ending the session that an earlier zshad of this node left with the lock",
    };
  }
  if (session !== null && !mine) {
    return { say: `Standing by; ${record?.node ?? "another node"} owns the VM` };
  }
  if (now < phase.notBefore || state.task !== null || state.lease.session === null) return nothing;
  const obstacles = whyNotEligible(state, now);
  if (obstacles.length > 0) {
    const because = sentenceText(joined(obstacles));
    if (mine && record !== null) {
      if (isFirstLookDue(state) && now < phase.notBefore + firstLookMs)
        return { say: `Holding the lock still: ${because}` };
      return letGoOfLeftover(record, because, now);
    }
    const awaited = unendedMigration(consul);
    if (awaited !== null && awaited.target === state.settings.node) {
      // The others leave a free lock to the target of a migration: they must learn that it cannot take it.
      const error = `${state.settings.node} did not receive the VM and cannot start it: ${because}`;
      return {
        task: { deed: "fail-operation", operation: awaited.id, error },
        say: `Leaving the VM to others: ${error}`,
      };
    }
    return { say: `Not a candidate: ${because}` };
  }
  if (state.imageBusy !== null) {
    // An epoch taken in vain would only cost the owner its VM when it can be reached again.
    if (mine && record !== null) return letGoOfLeftover(record, sentenceText(state.imageBusy), now);
    return { say: `Not taking the VM: ${sentenceText(state.imageBusy)}` };
  }
  const freeSince = state.ownerFreeSince ?? now;
  if (session === null && now < freeSince + takeoverDelayMs(state, consul, freeSince)) return nothing;
  return beginTake(state, consul, now);
};

/** A domain runs here although this zshad started none: ours from before, on its way in, or one that must not be. */
function judgeFoundDomain(state: State, domain: DomainSeen, consul: ConsulSeen, now: number): Step {
  const me = state.settings.node;
  const { record, session } = consul.owner;
  const recorded = record !== null && record.startId === domain.startId ? record : null;
  if (recorded !== null && recorded.node === me) {
    if (isHalfStarted(domain, recorded)) return endHalfStarted(recorded, now);
    if (isUnfenced(domain, recorded)) {
      // Never adopted as it is, also when the lock was lost meanwhile: nobody would make its fence any more.
      const mayTake = state.lease.session !== null && (session === null || session === state.lease.session);
      if (!mayTake) return { say: "The VM runs here and its fence was not made; waiting for the lock to make it" };
      if (state.task !== null) return nothing;
      const step = beginTake(state, consul, now, { keepRunning: true });
      return { ...step, say: "The VM runs here under a lock whose fence was not made: taking it again and fencing" };
    }
    const run = takenOverRun(
      {
        startId: recorded.startId,
        epoch: recorded.epoch,
        kind: "adopt",
        from: null,
        beganAt: now,
        address: recorded.clientAddress,
        // Received by a zshad that ended before it could tell the guest: the start's id names where it was made.
        guestNetworkDue: !recorded.startId.endsWith(`@${me}`),
      },
      now,
    );
    const lock = session === null ? "the lock is free and will be taken again" : "the lock is held";
    return {
      phase: { at: "running", run, retryAt: now },
      say: `Adopted the running VM of start ${run.startId}, epoch ${run.epoch}; ${lock}`,
    };
  }
  const operation = consul.operation.record;
  const arriving = operation?.target === me && operation.phase !== "done" && operation.phase !== "failed";
  if (recorded !== null && arriving) {
    return receive(state, consul, { ...operation, expiresAt: consul.operation.expiresAt }, now);
  }
  const reason: EndReason = recorded !== null ? "migration" : domain.startId === null ? "foreign" : "superseded";
  const because =
    recorded !== null
      ? `its start ${recorded.startId} now belongs to ${recorded.node}`
      : reason === "foreign"
        ? `it carries no start of ours${beside(domain, consul, me)}`
        : `its start ${domain.startId} is over; ${record === null ? "no start" : record.startId} is the newest`;
  const run = takenOverRun(
    {
      startId: domain.startId ?? "none",
      epoch: domain.epoch ?? 0,
      kind: "adopt",
      from: null,
      beganAt: now,
      address: null,
    },
    now,
  );
  return {
    phase: { at: "ending", run, reason, after: "forget", migration: null, step: "destroying", retryAt: now },
    task: { deed: "destroy" },
    say: `Destroying the domain found here: ${because}`,
  };
}

/** A domain by hand beside the VM's own: two have written. */
const beside = (domain: DomainSeen, { owner }: ConsulSeen, me: string): string =>
  domain.state === "running" && owner.session !== null && owner.record?.node !== me
    ? `; it ran beside the VM on ${owner.record?.node ?? "another node"}: check the guest's file systems`
    : "";

function receive(
  state: State,
  consul: ConsulSeen,
  migration: { id: string; source: string; expiresAt: number; phase: string },
  now: number,
): Step {
  const record = consul.owner.record;
  if (record === null || record.node !== migration.source) return nothing;
  const obstacles = whyNotEligible(state, now);
  const asked = migration.phase === "requested";
  if (asked && obstacles.length > 0) {
    if (state.task !== null) return nothing;
    const error = `${state.settings.node} cannot take the VM: ${sentenceText(joined(obstacles))}`;
    return { task: { deed: "fail-operation", operation: migration.id, error }, say: `Refused migration: ${error}` };
  }
  return {
    phase: {
      at: "receiving",
      operation: migration.id,
      source: migration.source,
      startId: record.startId,
      epoch: record.epoch,
      announced: !asked,
      beganAt: now,
      expiresAt: migration.expiresAt,
    },
    ...(asked ? { task: { deed: "announce-prepared" as const, operation: migration.id } } : {}),
    say: `Permitting the migration of start ${record.startId} from ${migration.source}`,
  };
}

/** A lock this node holds without a VM: the answer to a take was lost, or the VM may no longer start here. */
function letGoOfLeftover(record: OwnerRecord, because: string, now: number): Step {
  const { startId, epoch, clientAddress: address } = record;
  return {
    phase: { at: "releasing", startId, epoch, address, because, retryAt: now },
    task: { deed: "release", startId, epoch, address },
    say: `Releasing a lock held without a VM: ${because}`,
  };
}

/** This zshad ended during its own migration and the VM is no longer here: both sides are read, then handed over or started again. */
function resumeMigration(
  state: State,
  consul: ConsulSeen,
  migration: { readonly id: string; readonly target: string; readonly actor: string },
  now: number,
): Step {
  const { record } = consul.owner;
  if (record === null || state.task !== null) return nothing;
  const { startId, epoch, clientAddress: address } = record;
  const run = takenOverRun({ startId, epoch, kind: "adopt", from: null, beganAt: now, address }, now);
  return beginMigration(run, migration, true, now);
}

/** QEMU is started with its vCPUs stopped and runs only after its address is on record; this one never came that far. */
const isHalfStarted = (domain: DomainSeen, record: OwnerRecord): boolean =>
  domain.state === "paused" && domain.reason === "other" && record.phase !== "running" && record.phase !== "stopping";

/** The answer to the take of a migrated VM was lost: it holds the lock, and whoever else has the image open is not shut out yet. */
const isUnfenced = (domain: DomainSeen, record: OwnerRecord): boolean =>
  domain.state === "running" && (record.phase === "taking" || record.phase === "fencing");

function endHalfStarted(record: OwnerRecord, now: number): Step {
  const { startId, epoch, clientAddress: address } = record;
  const run = takenOverRun({ startId, epoch, kind: "adopt", from: null, beganAt: now, address }, now);
  const because = "its start was interrupted before its vCPUs ran";
  return beginEnd(run, { reason: "half-started", after: "restart", because }, now);
}
