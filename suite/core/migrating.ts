import { sentenceText } from "@/contract/sentence";
import type { Outcome } from "@/suite/core/deed";
import type { Migration, PhaseOf, State } from "@/suite/core/state";
import { beginEnd, fencedByOthers, lostToAnother, reclaimOf, stillOwned } from "@/suite/core/danger";
import { handOverStep } from "@/suite/core/migration";
import { handedOver, migrationFailed } from "@/suite/core/migration-end";
import { receiversOf } from "@/suite/core/receiver-address";
import { beginTake } from "@/suite/core/start";
import type { Handler, Step } from "@/suite/core/step";
import { consulOf, nothing } from "@/suite/core/step";
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
          ? migrationFailed(state, phase, now)
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
      return migrationFailed(
        state,
        { ...phase, migration: { ...migration, failure: `${target} did not answer` } },
        now,
      );
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
  if (here === "running" && there === "absent") return migrationFailed(state, phase, now);
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
  if (here === "running") return migrationFailed(state, phase, now);
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
  if (migration.here === "running") return migrationFailed(state, phase, now);
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
