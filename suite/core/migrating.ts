import { say, type Sentence, sentenceText } from "@/contract/sentence";
import type { Outcome } from "@/suite/core/deed";
import type { Migration, PhaseOf, Run, State } from "@/suite/core/state";
import { beginEnd, fencedByOthers, lostToAnother } from "@/suite/core/danger";
import { handOverStep } from "@/suite/core/migration";
import { takenOverRun } from "@/suite/core/run";
import { beginTake } from "@/suite/core/start";
import type { Handler, Step } from "@/suite/core/step";
import { consulOf, nothing, seconds } from "@/suite/core/step";
import { migrationJudgeMs, migrationPrepareMs, retryMs } from "@/suite/core/timing";

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
      default:
        return nothing;
    }
  }
  if (state.task !== null || now < migration.retryAt) return nothing;
  const target = migration.target;
  switch (migration.step) {
    case "asked": {
      const operation = consulOf(state)?.operation.record;
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
      const consul = consulOf(state);
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
    return {
      phase: again({ step: "clearing" }),
      task: { deed: "destroy-peer", target: migration.target, startId: run.startId },
      say: `Two copies run (${seen}); the lock is here, so the other one is destroyed and fenced`,
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
  if (waited < migrationJudgeMs || consul === null || (peer !== undefined && peer.session !== null)) {
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
  return {
    phase: { at: "running", run, retryAt: now },
    task: { deed: "fail-operation", operation: migration.operation, error },
    history: [migrationHistory(state, run, migration, now, "failed", error)],
    say: `Migration to ${migration.target} failed, the VM runs on here: ${error}`,
  };
}

function handedOver(state: State, phase: PhaseOf<"migrating">, outcome: Outcome, now: number): Step {
  const { run, migration } = phase;
  const owner = consulOf(state)?.owner.record ?? null;
  const done = outcome.result === "done" || (owner !== null && owner.epoch > run.epoch);
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
