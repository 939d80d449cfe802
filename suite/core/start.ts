import { say, sentenceText } from "@/contract/sentence";
import { peersWithStorage } from "@/suite/core/eligibility";
import { failoverCause, lastSignOfLife } from "@/suite/core/failover";
import { receivedHere, receiversSeen } from "@/suite/core/receiver-address";
import { startedRun, takenOverRun } from "@/suite/core/run";
import type { ConsulSeen } from "@/suite/core/seen";
import type { PhaseOf, Start, State } from "@/suite/core/state";
import type { Handler, Step } from "@/suite/core/step";
import { consulOf, holdsLease, nothing, seconds, wantsStopped } from "@/suite/core/step";
import { failedAttempt } from "@/suite/core/crash-loop";
import { fencePatienceMs, leaseNeededForStartMs, retryMs, takeRetryMs } from "@/suite/core/timing";

/** Candidate: lock and epoch in one transaction. Everything the last owner left is fenced before anything starts. */
export function beginTake(
  state: State,
  consul: ConsulSeen,
  now: number,
  options: { keepRunning?: boolean } = {},
): Step {
  const me = state.settings.node;
  const { record } = consul.owner;
  const previous = record?.clientAddress ?? null;
  const address = options.keepRunning === true ? (record?.node === me ? previous : receivedHere(consul, me)) : null;
  // What runs here may be any of the receivers while it cannot be told which; the others are found by their watch then.
  const receivers = options.keepRunning === true && address === null ? [] : receiversSeen(consul);
  const shutOut = [...(previous === null ? [] : [previous]), ...receivers, ...consul.unfinishedFences];
  const fenceFirst = [...new Set(shutOut)].filter((other) => other !== address);
  // A taker that could not fence released without an address of its own: what it was to shut out is still to be.
  const isUnfinished = consul.unfinishedFences.length > 0;
  const cleanlyReleased = record === null || (record.phase === "stopping" && previous === null && !isUnfinished);
  const other = record !== null && record.node !== me ? record.node : null;
  const kind =
    options.keepRunning || (other !== null && !cleanlyReleased) ? "failover" : cleanlyReleased ? "start" : "restart";
  const freeAt = kind === "failover" ? (state.ownerFreeSince ?? now) : now;
  const aliveAt = kind === "failover" ? lastSignOfLife(state, consul, freeAt) : null;
  const start: Start = {
    startId: options.keepRunning && record !== null ? record.startId : `${consul.epoch.value + 1}@${me}`,
    kind,
    from: kind === "failover" ? other : null,
    cause: kind === "failover" && record !== null ? failoverCause(consul, record, options.keepRunning ?? false) : null,
    epoch: 0,
    // A failover began when the owner was lost; every other start begins now, however long the lock had been free.
    beganAt: aliveAt ?? freeAt,
    freeAt,
    stepAt: now,
    seconds: aliveAt === null ? {} : { detect: seconds(freeAt - aliveAt) },
    fenceFirst,
    markDown: other !== null && consul.members[other] === "failed" ? other : null,
    keepRunning: options.keepRunning ?? false,
    address,
    retryAt: now,
    trouble: null,
  };
  const why =
    kind === "failover"
      ? `${other ?? "the owner"} ${start.cause === "given-up" ? "gave it up" : "lost it"}${start.markDown === null ? "" : " and no longer answers"}`
      : kind === "restart"
        ? !isUnfinished && (record?.phase === "running" || record?.phase === "stopping")
          ? "it ended here and is wanted"
          : "this node's last try was not finished"
        : "it is wanted and nobody runs it";
  return {
    phase: { at: "taking", start },
    task: {
      deed: "take",
      startId: start.startId,
      epochValue: consul.epoch.value,
      epochIndex: consul.epoch.index,
      intentIndex: consul.intent.index,
      fenceFirst,
      address,
    },
    say: `Taking the VM at epoch ${consul.epoch.value + 1}: ${why}`,
  };
}

export const taking: Handler<"taking"> = (_state, phase, finished, now) => {
  if (finished === null || finished.what.deed !== "take") return nothing;
  const { outcome } = finished;
  if (outcome.result !== "done" || outcome.epoch === undefined) {
    const because = outcome.result === "done" ? "no epoch came back" : sentenceText(outcome.because);
    return { phase: { at: "standby", notBefore: now + takeRetryMs }, say: `Did not get the lock: ${because}` };
  }
  const start: Start = {
    ...phase.start,
    epoch: outcome.epoch,
    stepAt: now,
    seconds: { ...phase.start.seconds, elect: seconds(now - phase.start.freeAt) },
  };
  return {
    phase: { at: "fencing", start },
    task: fenceTask(start),
    say: `Own epoch ${start.epoch}; fencing ${start.fenceFirst.length === 0 ? "whatever watches the image" : start.fenceFirst.join(", ")}`,
  };
};

export const fencing: Handler<"fencing"> = (state, phase, finished, now) => {
  const { start } = phase;
  const lost = whyOwnershipEnded(state, start.epoch);
  if (lost !== null)
    return { phase: { at: "standby", notBefore: now + takeRetryMs }, say: `Gave up before starting: ${lost}` };
  const consul = consulOf(state);
  if (consul !== null && wantsStopped(consul) && !start.keepRunning)
    return letGo(start, "intent became stopped before the start", now);

  const gone = start.keepRunning && state.domain.state === "known" && state.domain.value.state === "absent";
  if (gone && state.domain.at > start.stepAt) {
    // Its start id was used: a new start takes the next epoch, and fences this one too.
    return { phase: { at: "standby", notBefore: now }, say: `The VM kept at epoch ${start.epoch} has ended` };
  }
  if (finished?.what.deed === "fence") {
    const { outcome } = finished;
    if (outcome.result === "done") return fenced(state, phase, outcome.addresses ?? [], now);
    const peers = consul === null ? [] : peersWithStorage(consul, state.settings.node, now);
    const isHopeless = state.storage.state === "failed" || now - start.stepAt > fencePatienceMs;
    if (isHopeless && peers.length > 0 && !start.keepRunning) {
      const step = letGo(
        start,
        `cannot fence from here (${sentenceText(outcome.because)}) while ${peers.join(", ")} reach the storage`,
        now,
      );
      return { ...step, patch: { yieldedUntil: now + 2 * fencePatienceMs } };
    }
    return {
      phase: { at: "fencing", start: { ...start, retryAt: now + retryMs, trouble: outcome.because } },
      say: `No start without a fence: ${sentenceText(outcome.because)}`,
    };
  }
  if (state.task === null && now >= start.retryAt) return { task: fenceTask(start) };
  return nothing;
};

function fenced(state: State, phase: PhaseOf<"fencing">, addresses: readonly string[], now: number): Step {
  const start: Start = {
    ...phase.start,
    fenceFirst: addresses,
    stepAt: now,
    retryAt: now,
    trouble: null,
    seconds: { ...phase.start.seconds, fence: seconds(now - phase.start.stepAt) },
  };
  const whom = addresses.length === 0 ? "nobody else had the image open" : `fenced ${addresses.join(", ")}`;
  if (start.keepRunning) {
    const run = takenOverRun(
      {
        startId: start.startId,
        epoch: start.epoch,
        kind: "failover",
        from: start.from,
        cause: start.cause,
        beganAt: start.beganAt,
        address: start.address,
      },
      now,
    );
    return {
      phase: { at: "running", run: { ...run, notOurs: addresses, guestNetworkDue: true }, retryAt: now },
      say: `Keeping the migrated VM at epoch ${start.epoch}: ${whom}`,
    };
  }
  return create(state, start, `Starting at epoch ${start.epoch}: ${whom}`, now);
}

function create(state: State, start: Start, say: string, now: number): Step {
  const phase: PhaseOf<"starting"> = { at: "starting", start, createdUnknownAt: null };
  // Without enough lease QEMU might open the image after the next owner has listed and fenced its watchers.
  if (!holdsLease(state, now, leaseNeededForStartMs)) return { phase, say: `${say}; waiting for a fresh lease` };
  return { phase, task: { deed: "create", epoch: start.epoch, startId: start.startId, not: start.fenceFirst }, say };
}

export const starting: Handler<"starting"> = (state, phase, finished, now) => {
  const { start } = phase;
  if (finished?.what.deed === "create") {
    if (finished.outcome.result === "done") return created(start, finished.outcome.address ?? null, now);
    if (finished.outcome.result === "failed" && finished.outcome.refused === true) {
      const because = sentenceText(finished.outcome.because);
      return { phase: { at: "standby", notBefore: now + takeRetryMs }, say: `Gave up before starting: ${because}` };
    }
    if (finished.outcome.result === "failed") return failedAttempt(state, start, finished.outcome.because, now);
    return {
      phase: { ...phase, createdUnknownAt: now },
      say: `The start's outcome is unknown (${sentenceText(finished.outcome.because)}); reading the domain`,
    };
  }
  if (state.task !== null) return nothing;
  if (phase.createdUnknownAt !== null) {
    const domain = state.domain;
    if (domain.state === "unknown") return nothing;
    if (domain.value.state === "running" && domain.value.startId === start.startId) return created(start, null, now);
    // Paused: its vCPUs were never let run. What is left of it is destroyed before the next try.
    const because = say(domain.value.state === "absent" ? "no-domain-appeared" : "stayed-half-started");
    return failedAttempt(state, start, because, now);
  }
  const lost = whyOwnershipEnded(state, start.epoch);
  if (lost !== null)
    return { phase: { at: "standby", notBefore: now + takeRetryMs }, say: `Gave up before starting: ${lost}` };
  const consul = consulOf(state);
  if (consul !== null && wantsStopped(consul)) return letGo(start, "intent became stopped before the start", now);
  if (!holdsLease(state, now, leaseNeededForStartMs)) return nothing;
  return create(state, start, `Starting at epoch ${start.epoch} with a fresh lease`, now);
};

function created(start: Start, address: string | null, now: number): Step {
  const begun = startedRun({ ...start, seconds: { ...start.seconds, start: seconds(now - start.stepAt) } }, now);
  const run = { ...begun, address };
  const client = address === null ? "" : ` as storage client ${address}`;
  return {
    phase: { at: "running", run, retryAt: now },
    say: `QEMU runs at epoch ${start.epoch}${client}; waiting for the guest`,
  };
}

function fenceTask(start: Start) {
  return {
    deed: "fence",
    epoch: start.epoch,
    first: start.fenceFirst,
    spareOwn: start.keepRunning,
    markDown: start.markDown,
  } as const;
}

function letGo(start: Start, because: string, now: number): Step {
  return {
    phase: { at: "releasing", startId: start.startId, epoch: start.epoch, address: null, because, retryAt: now },
    task: { deed: "release", startId: start.startId, epoch: start.epoch, address: null },
    say: `Releasing the lock: ${because}`,
  };
}

/** Positive proof only that the lock taken at `epoch` is no longer ours. */
export function whyOwnershipEnded(state: State, epoch: number): string | null {
  if (state.lease.lost) return "the session was invalidated";
  const consul = consulOf(state);
  if (consul === null) return null;
  const { record } = consul.owner;
  if (record !== null && record.epoch > epoch) return `${record.node} owns epoch ${record.epoch}`;
  return null;
}
