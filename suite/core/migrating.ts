import { say, type Sentence, sentenceText } from "@/contract/sentence";
import type { Outcome } from "@/suite/core/deed";
import type { Migration, PhaseOf, Run, State } from "@/suite/core/state";
import { beginEnd, fencedByOthers, lostToAnother, reclaimOf, stillOwned } from "@/suite/core/danger";
import { handOverStep } from "@/suite/core/migration";
import { receiversOf } from "@/suite/core/receiver-address";
import { takenOverRun } from "@/suite/core/run";
import { beginTake } from "@/suite/core/start";
import type { Handler, Step } from "@/suite/core/step";
import { consulOf, nothing, seconds } from "@/suite/core/step";
import { migrationJudgeMs, migrationPrepareMs, receiverHoldMs, retryMs } from "@/suite/core/timing";

/** The source's side. The command's exit status decides nothing: both sides are read afterwards. */
export const migrating: Handler<"migrating"> = (state, phase, finished, now) => {
  const { run, migration } = phase;
  const danger =
    migration.step === "handing-over" ? null : (lostToAnother(state, run, now) ?? fencedByOthers(state, run, now));
  if (danger !== null) return danger;
  const again = (change: Partial<Migration>): PhaseOf<"migrating"> => ({
    at: "migrating",
    run,
    migration: { ...migration, ...change },
  });
  if (finished !== null) {
    switch (finished.what.deed) {
      case "migrate": {
        const because = finished.outcome.result === "done" ? null : sentenceText(finished.outcome.because);
        return {
          phase: again({ step: "judging", endedAt: now, copiedAt: now, failure: because }),
          task: { deed: "judge-migration", target: migration.target, startId: run.startId },
        };
      }
      case "judge-migration":
        return judge(state, phase, finished.outcome, now);
      case "destroy-peer":
        return cleared(state, phase, finished.outcome, now);
      case "resume":
        return finished.outcome.result === "done"
          ? failed(state, phase, now)
          : { phase: again({ retryAt: now + retryMs }) };
      case "hand-over":
        return handedOver(state, phase, finished.outcome, now);
      case "fence":
        return outcomeOfFence(phase, finished.outcome, now);
      case "reclaim":
        return finished.outcome.result === "done" ? { say: `Holding the lock of epoch ${run.epoch} again` } : nothing;
      default:
        return nothing;
    }
  }
  const consul = consulOf(state);
  const reclaimAt = migration.reclaimAt ?? now;
  if (consul?.owner.session === null && stillOwned(state, run) && state.chore === null && now >= reclaimAt) {
    return {
      phase: again({ reclaimAt: now + retryMs }),
      chore: reclaimOf(run, consul),
      say: `The lock of epoch ${run.epoch} is free during the migration; taking it back`,
    };
  }
  if (state.task !== null || now < migration.retryAt) return nothing;
  const target = migration.target;
  switch (migration.step) {
    case "asked": {
      const operation = consul?.operation.record;
      if (operation?.id === migration.operation && operation.phase === "prepared") {
        return {
          phase: again({ step: "copying" }),
          task: { deed: "migrate", operation: migration.operation, target, startId: run.startId, epoch: run.epoch },
          say: `Migrating to ${target}`,
        };
      }
      if (operation?.id === migration.operation && operation.phase === "failed") {
        return {
          phase: { at: "running", run, retryAt: now },
          say: `Migration to ${target} refused: ${operation.error ?? "no reason given"}`,
        };
      }
      if (now - migration.beganAt <= migrationPrepareMs) return nothing;
      return failed(state, { ...phase, migration: { ...migration, failure: `${target} did not answer` } }, now);
    }
    case "copying":
    case "judging":
      return { phase: again({ step: "judging" }), task: { deed: "judge-migration", target, startId: run.startId } };
    case "clearing":
      return { task: { deed: "destroy-peer", target, startId: run.startId } };
    case "resuming":
      return { task: { deed: "resume" } };
    case "handing-over": {
      const targetGone = consul !== null && (consul.peers[target]?.session ?? null) === null;
      // Nobody watches over the copy there: should it end, only this node would start the VM again.
      if (targetGone && (consul.owner.record?.epoch ?? 0) <= run.epoch)
        return { phase: again({ step: "judging" }), task: { deed: "judge-migration", target, startId: run.startId } };
      return handOverStep(state, run, migration, now);
    }
  }
};

/** The table of both sides. What runs on the other node is destroyed before anything is resumed or started here. */
function judge(state: State, phase: PhaseOf<"migrating">, outcome: Outcome, now: number): Step {
  const { run, migration } = phase;
  const here = outcome.result === "done" ? (outcome.here ?? "unknown") : "unknown";
  const there = outcome.result === "done" ? (outcome.there ?? "unknown") : "unknown";
  const again = (change: Partial<Migration>): PhaseOf<"migrating"> => ({
    at: "migrating",
    run,
    migration: { ...migration, here, ...change },
  });
  const seen = `here ${here}, on ${migration.target} ${there}`;
  if (here === "unknown")
    return {
      phase: again({ step: "judging", retryAt: now + retryMs }),
      say: `Migration ended; ${seen}: reading again`,
    };
  if (there === "running") {
    if (here === "absent")
      return { ...handOverStep(state, run, migration, now), say: `Migrated (${seen}); handing the lock over` };
    if (here === "paused") {
      const because = `it now runs on ${migration.target}`;
      return beginEnd(
        run,
        { reason: "migration", after: "hand-over", because, migration: { ...migration, here } },
        now,
      );
    }
    const first = receiversOf(consulOf(state)?.receiver, run.epoch);
    const failure = `two copies ran at once, on ${state.settings.node} and ${migration.target}: check the guest's file systems`;
    return {
      phase: again({ step: "clearing", failure }),
      task: { deed: "fence", epoch: run.epoch, first, spareOwn: true, markDown: null },
      say: `Two copies run (${seen}); the lock is here, so the other one is fenced and destroyed`,
    };
  }
  if (there === "unknown") return silentTarget(state, phase, here, now);
  if (here === "running" && there === "absent") return failed(state, phase, now);
  if (here === "paused" && there === "absent") {
    // Stopped for the switch-over: the copy may have run and written before it ended. What is in memory here is older than the disk.
    const because = `its copy on ${migration.target} may have run and is gone; only a new start is safe`;
    return beginEnd(run, { reason: "migration", after: "restart", because }, now);
  }
  return {
    phase: again({ step: "clearing" }),
    task: { deed: "destroy-peer", target: migration.target, startId: run.startId },
    say: `Migration did not finish (${seen}); clearing ${migration.target} first`,
  };
}

/** Before the copy is destroyed: that needs the other node's libvirtd, the fence does not. */
function outcomeOfFence(phase: PhaseOf<"migrating">, outcome: Outcome, now: number): Step {
  const { run, migration } = phase;
  if (outcome.result === "done") {
    return {
      task: { deed: "destroy-peer", target: migration.target, startId: run.startId },
      say: `Fenced ${outcome.addresses?.join(", ") ?? "nobody"}; destroying the copy on ${migration.target}`,
    };
  }
  return {
    phase: { ...phase, migration: { ...migration, step: "judging", retryAt: now + retryMs } },
    say: `Could not fence the copy on ${migration.target}: ${sentenceText(outcome.because)}`,
  };
}

function silentTarget(
  state: State,
  phase: PhaseOf<"migrating">,
  here: "running" | "paused" | "absent",
  now: number,
): Step {
  const { run, migration } = phase;
  if (here === "running") return failed(state, phase, now);
  const consul = consulOf(state);
  const waited = now - (migration.endedAt ?? now);
  const peer = consul?.peers[migration.target];
  const isDead = consul?.members[migration.target] === "failed";
  if ((waited < migrationJudgeMs && !isDead) || consul === null || (peer !== undefined && peer.session !== null)) {
    const retry = { ...phase, migration: { ...migration, step: "judging" as const, here, retryAt: now + retryMs } };
    return {
      phase: retry,
      say: `Migration ended with the VM ${here} here and ${migration.target} silent; not deciding blind`,
    };
  }
  // Its zshad is gone too: a full fence makes a cold start here safe whatever runs there.
  if (here === "paused") {
    const because = `${migration.target} is gone; cold start behind a fence`;
    return beginEnd(run, { reason: "migration", after: "restart", because }, now);
  }
  return beginTake(state, consul, now);
}

function cleared(state: State, phase: PhaseOf<"migrating">, outcome: Outcome, now: number): Step {
  const { run, migration } = phase;
  if (outcome.result !== "done") {
    const retry = { ...phase, migration: { ...migration, step: "judging" as const, retryAt: now + retryMs } };
    return { phase: retry, say: `Could not clear ${migration.target}: ${sentenceText(outcome.because)}` };
  }
  if (migration.here === "running") return failed(state, phase, now);
  if (migration.here === "paused") {
    return {
      phase: { at: "migrating", run, migration: { ...migration, step: "resuming" } },
      task: { deed: "resume" },
      say: `${migration.target} is clear; resuming here`,
    };
  }
  const consul = consulOf(state);
  if (consul === null) return { phase: { at: "pausing", run, until: now } };
  return beginTake(state, consul, now);
}

function failed(state: State, phase: PhaseOf<"migrating">, now: number): Step {
  const { run, migration } = phase;
  const error = migration.failure ?? "the copy did not complete";
  const consul = consulOf(state);
  // An operation that has ended frees the others to take a free lock: ours is taken back first, and the operation ended after that.
  const isFree = consul?.owner.session === null && stillOwned(state, run);
  return {
    phase: { at: "running", run, retryAt: now },
    task: isFree ? reclaimOf(run, consul) : { deed: "fail-operation", operation: migration.operation, error },
    history: [migrationHistory(state, run, migration, now, "failed", error)],
    say: `Migration to ${migration.target} failed, the VM runs on here: ${error}`,
  };
}

function handedOver(state: State, phase: PhaseOf<"migrating">, outcome: Outcome, now: number): Step {
  const { run, migration } = phase;
  const owner = consulOf(state)?.owner.record ?? null;
  const isTheirs = owner !== null && owner.epoch > run.epoch;
  const done = outcome.result === "done" || (isTheirs && owner.node === migration.target);
  if (!done && isTheirs)
    return { phase: { at: "standby", notBefore: now }, say: `${owner.node} has taken the VM meanwhile; standing by` };
  if (!done) {
    const retry = { ...phase, migration: { ...migration, step: "handing-over" as const, retryAt: now + retryMs } };
    return { phase: retry, say: `Hand-over not written yet: ${sentenceText(outcome.because)}` };
  }
  return {
    phase: { at: "standby", notBefore: now + retryMs },
    history: [
      migrationHistory(state, run, migration, now, "succeeded", say("history-migrated", { node: migration.target })),
    ],
    say: `Handed the VM over to ${migration.target}`,
  };
}

function migrationHistory(
  state: State,
  run: Run,
  migration: Migration,
  now: number,
  outcome: "succeeded" | "failed",
  detail: Sentence,
) {
  return {
    kind: "migrate" as const,
    node: migration.target,
    from: state.settings.node,
    epoch: outcome === "succeeded" ? run.epoch + 1 : run.epoch,
    actor: migration.actor,
    seconds: {
      ...(migration.copiedAt === null ? {} : { copy: seconds(migration.copiedAt - migration.beganAt) }),
      total: seconds(now - migration.beganAt),
    },
    outcome,
    detail,
  };
}

/** The target's side: a permit, then whatever the lock says. It never starts, resumes or keeps a copy on its own word. */
export const receiving: Handler<"receiving"> = (state, phase, finished, now) => {
  const consul = consulOf(state);
  const me = state.settings.node;
  if (finished?.what.deed === "announce-prepared") {
    if (finished.outcome.result === "done") return { phase: { ...phase, announced: true } };
    return {
      phase: { at: "standby", notBefore: now + retryMs },
      say: `Could not announce the permit: ${sentenceText(finished.outcome.because)}`,
    };
  }
  if (consul === null || state.domain.state === "unknown") return nothing;
  const domain = state.domain.value;
  const { record, session } = consul.owner;
  if (record !== null && record.node === me && record.startId === phase.startId) {
    if (domain.state === "absent") {
      // It ran here before it was handed over. Only a reading begun after that can say that it is gone again.
      const ownedAt = phase.ownedAt ?? now;
      if (phase.ownedAt === undefined) return { phase: { ...phase, ownedAt } };
      if (state.domain.at <= ownedAt) return nothing;
      return { phase: { at: "standby", notBefore: now }, say: `The VM received from ${phase.source} has ended` };
    }
    const facts = {
      startId: record.startId,
      epoch: record.epoch,
      kind: "migrate" as const,
      from: phase.source,
      beganAt: phase.beganAt,
      address: null,
    };
    const run = takenOverRun({ ...facts, guestNetworkDue: true }, now);
    return {
      phase: { at: "running", run: { ...run, guestAnswered: "yes" }, retryAt: now },
      say: `Received the VM from ${phase.source} at epoch ${record.epoch}`,
    };
  }
  if (record !== null && record.epoch > phase.epoch && record.startId !== phase.startId) {
    // Somebody has begun a new start since: this copy can belong to nobody any more, and in a folder it keeps the image's lock.
    const because = `${record.node} owns epoch ${record.epoch}`;
    const { startId, epoch, source: from } = phase;
    const copy = takenOverRun({ startId, epoch, kind: "migrate", from, beganAt: now, address: null }, now);
    return domain.state === "absent"
      ? { phase: { at: "standby", notBefore: now }, say: `The migration from ${from} is over: ${because}; standing by` }
      : beginEnd(copy, { reason: "superseded", after: "forget", because }, now);
  }
  const operation = consul.operation.record;
  const open = operation?.id === phase.operation && operation.phase !== "done" && operation.phase !== "failed";
  if (
    session === null &&
    record !== null &&
    record.startId === phase.startId &&
    domain.state === "running" &&
    state.lease.session !== null
  ) {
    if (state.task !== null) return nothing;
    const step = beginTake(state, consul, now, { keepRunning: true });
    return { ...step, say: `${phase.source} is gone and its VM runs here: taking the lock and fencing all others` };
  }
  // A session that flapped is back in a moment, and its copy with it: without this the flap would cost the copy, and then the VM.
  const isFlap = session === null && consul.members[phase.source] !== "failed";
  const freeFor = now - (state.ownerFreeSince ?? now);
  if (open && isFlap && freeFor < receiverHoldMs && record?.startId === phase.startId) return nothing;
  // Somebody replaced the request: the source goes on with the one it began, and only it knows which copy may be destroyed.
  const replaced = operation !== null && operation.id !== phase.operation && operation.source === phase.source;
  const judged = operation?.phase === "done" || operation?.phase === "failed";
  if (replaced && !judged && session !== null && record?.startId === phase.startId && domain.state !== "absent")
    return nothing;
  // Past its time a copy that is here still belongs to a source that holds the lock: that one clears it or hands over.
  if (open && session !== null && (now <= phase.expiresAt || domain.state !== "absent")) return nothing;
  if (domain.state === "absent")
    return { phase: { at: "standby", notBefore: now }, say: `The migration from ${phase.source} is over; standing by` };
  if (open && session === null && domain.state === "running") return nothing;
  const run = takenOverRun(
    { startId: phase.startId, epoch: phase.epoch, kind: "migrate", from: phase.source, beganAt: now, address: null },
    now,
  );
  const because = `the copy from ${phase.source} never became ours`;
  return beginEnd(run, { reason: "migration", after: "forget", because }, now);
};
