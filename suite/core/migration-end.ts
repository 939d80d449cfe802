import { say, type Sentence, sentenceText } from "@/contract/sentence";
import { reclaimOf, stillOwned } from "@/suite/core/danger";
import type { Outcome } from "@/suite/core/deed";
import type { Migration, PhaseOf, Run, State } from "@/suite/core/state";
import type { Step } from "@/suite/core/step";
import { consulOf, seconds } from "@/suite/core/step";
import { retryMs } from "@/suite/core/timing";

/** The VM runs on here. */
export function migrationFailed(state: State, phase: PhaseOf<"migrating">, now: number): Step {
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

/** What came of the request to write the target into the lock. */
export function handedOver(state: State, phase: PhaseOf<"migrating">, outcome: Outcome, now: number): Step {
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
