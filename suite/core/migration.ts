import type { Migration, PhaseOf, Run, State } from "@/suite/core/state";
import type { Step } from "@/suite/core/step";
import { consulOf } from "@/suite/core/step";
import { retryMs } from "@/suite/core/timing";

/** `resumed`: this process found the copy under way; only reading both sides can tell how far it came. */
export function beginMigration(
  run: Run,
  asked: { readonly id: string; readonly target: string; readonly actor: string },
  resumed: boolean,
  now: number,
): Step {
  const { id: operation, target, actor } = asked;
  const migration: Migration = {
    operation,
    actor,
    target,
    beganAt: now,
    copiedAt: null,
    endedAt: resumed ? now : null,
    step: resumed ? "judging" : "asked",
    failure: null,
    retryAt: now,
    here: "unknown",
  };
  return {
    phase: { at: "migrating", run, migration },
    patch: { closedOperation: operation },
    say: resumed
      ? `A migration to ${target} was under way; reading both sides`
      : `Migration to ${target} asked for; waiting for its permit`,
  };
}

export function handOverStep(state: State, run: Run, migration: Migration, now: number): Step {
  const consul = consulOf(state);
  const session = consul?.peers[migration.target]?.session ?? null;
  const phase: PhaseOf<"migrating"> = {
    at: "migrating",
    run,
    migration: { ...migration, step: "handing-over", retryAt: now + retryMs },
  };
  if (consul === null || session === null) return { phase };
  return {
    phase,
    task: {
      deed: "hand-over",
      operation: migration.operation,
      target: migration.target,
      targetSession: session,
      startId: run.startId,
      epochIndex: consul.epoch.index,
      epoch: consul.epoch.value,
    },
  };
}
