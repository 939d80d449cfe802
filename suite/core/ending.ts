import { say, sentenceText } from "@/contract/sentence";
import { beginEnd, endedName, fencedByOthers, lostToAnother } from "@/suite/core/danger";
import { handOverStep } from "@/suite/core/migration";
import { unendedMigration } from "@/suite/core/moot-operation";
import { startAgain } from "@/suite/core/start-again";
import type { Phase } from "@/suite/core/state";
import type { Handler, Step } from "@/suite/core/step";
import { consulOf, nothing, seconds, wantsStarted } from "@/suite/core/step";
import { askAgainMs, guestShutdownMs, retryMs, storageLostMs, watcherGoneMs } from "@/suite/core/timing";

export const ending: Handler<"ending"> = (state, phase, finished, now) => {
  const { run } = phase;
  if (finished?.what.deed === "destroy") {
    if (finished.outcome.result !== "done") {
      return {
        phase: { ...phase, retryAt: now + retryMs },
        say: `Destroy did not finish: ${sentenceText(finished.outcome.because)}`,
      };
    }
    return {
      phase: { ...phase, step: "confirming", retryAt: now },
      // Only the process counts here: the watcher of a fenced client cannot be asked for on lost storage.
      task: { deed: "confirm-gone", address: null },
    };
  }
  if (finished?.what.deed === "confirm-gone") {
    if (finished.outcome.result !== "done") {
      return {
        phase: { ...phase, step: "destroying", retryAt: now + retryMs },
        say: `QEMU is not gone yet: ${sentenceText(finished.outcome.because)}`,
      };
    }
    return afterEnd(state, phase, now);
  }
  if (state.task === null && now >= phase.retryAt) {
    return { task: phase.step === "destroying" ? { deed: "destroy" } : { deed: "confirm-gone", address: run.address } };
  }
  return nothing;
};

const afterEnd = (state: Parameters<typeof ending>[0], phase: Parameters<typeof ending>[1], now: number): Step => {
  const { run } = phase;
  const consul = consulOf(state);
  const standby: Phase = { at: "standby", notBefore: now };
  switch (phase.after) {
    case "forget":
      return { phase: standby, say: `The ${endedName(run, phase.reason)} is gone from here; standing by` };
    case "restart":
      if (consul === null || !wantsStarted(consul) || state.lease.session === null || state.lease.lost) {
        return { phase: standby, say: `The VM of epoch ${run.epoch} is gone; standing by` };
      }
      return startAgain(state, consul, run, now);
    case "yield":
      return {
        phase: {
          at: "releasing",
          startId: run.startId,
          epoch: run.epoch,
          address: run.address,
          because: phase.reason,
          retryAt: now,
        },
        task: { deed: "release", startId: run.startId, epoch: run.epoch, address: run.address },
        patch: { yieldedUntil: now + 2 * storageLostMs },
        say: "Giving the VM to a node that reaches the storage",
      };
    case "hand-over":
      return phase.migration === null ? { phase: standby } : handOverStep(state, run, phase.migration, now);
  }
};

/** The operator's stop: ask the guest, wait, destroy, prove QEMU and watcher gone, release without lock-delay. */
export const stopping: Handler<"stopping"> = (state, phase, finished, now) => {
  const { run } = phase;
  const consul = consulOf(state);
  const danger = lostToAnother(state, run, now) ?? fencedByOthers(state, run, now);
  if (danger !== null) return danger;
  const gone =
    state.domain.state === "known" && state.domain.at >= phase.beganAt && state.domain.value.state === "absent";
  if (phase.step === "waiting") {
    if (gone) return confirm(phase, now);
    if (now - phase.beganAt > guestShutdownMs && state.task === null) {
      return {
        phase: { ...phase, step: "destroying", retryAt: now + retryMs },
        task: { deed: "destroy" },
        say: `The guest did not shut down within ${guestShutdownMs / 1000} s; destroying it`,
      };
    }
    if (finished?.what.deed === "fail-operation") return { phase: { ...phase, retryAt: now + retryMs } };
    const asked = consul === null ? null : unendedMigration(consul);
    if (asked !== null && state.task === null && now >= phase.retryAt) {
      const error = "the VM is being stopped";
      return {
        task: { deed: "fail-operation", operation: asked.id, error },
        say: `Ending the migration to ${asked.target ?? "nowhere"}: ${error}`,
      };
    }
    if (finished?.what.deed === "ask-guest-off") return { phase: { ...phase, retryAt: now + askAgainMs } };
    if (state.task === null && now >= phase.retryAt) return { task: { deed: "ask-guest-off" } };
    return nothing;
  }
  if (phase.step === "destroying") {
    if (gone || (finished?.what.deed === "destroy" && finished.outcome.result === "done")) return confirm(phase, now);
    if (finished?.what.deed === "destroy") return { phase: { ...phase, retryAt: now + retryMs } };
    if (state.task === null && now >= phase.retryAt) return { task: { deed: "destroy" } };
    return nothing;
  }
  if (finished?.what.deed === "confirm-gone") {
    const { outcome } = finished;
    if (outcome.result === "done") return release(null);
    if (now > phase.confirmBy) return release(run.address);
    return {
      phase: { ...phase, retryAt: now + retryMs },
      say: `Not proven stopped yet: ${sentenceText(outcome.because)}`,
    };
  }
  if (state.task === null && now >= phase.retryAt) return { task: { deed: "confirm-gone", address: run.address } };
  return nothing;

  function release(address: string | null): Step {
    const total = seconds(now - phase.beganAt);
    return {
      phase: { at: "releasing", startId: run.startId, epoch: run.epoch, address, because: "stopped", retryAt: now },
      task: { deed: "release", startId: run.startId, epoch: run.epoch, address },
      history: [
        {
          kind: "stop",
          node: state.settings.node,
          from: null,
          epoch: run.epoch,
          actor: phase.actor,
          seconds: { total },
          outcome: "succeeded",
          detail: address === null ? say("history-stopped") : say("history-stopped-unread"),
        },
      ],
      say: `The VM is off after ${total} s; releasing the lock`,
    };
  }
};

function confirm(phase: Parameters<typeof stopping>[1], now: number): Step {
  return {
    phase: { ...phase, step: "confirming", retryAt: now, confirmBy: now + watcherGoneMs },
    task: { deed: "confirm-gone", address: phase.run.address },
  };
}

export const releasing: Handler<"releasing"> = (state, phase, finished, now) => {
  const standby: Phase = { at: "standby", notBefore: now + retryMs };
  if (finished?.what.deed === "release") {
    if (finished.outcome.result === "done") return { phase: standby, say: `Released the lock (${phase.because})` };
    return {
      phase: { ...phase, retryAt: now + retryMs },
      say: `Release did not succeed: ${sentenceText(finished.outcome.because)}`,
    };
  }
  const owner = consulOf(state)?.owner ?? null;
  const epoch = owner?.record?.epoch ?? 0;
  // At this epoch under another session, or none: a release whose answer was lost, or a session that ended meanwhile.
  const isFree = epoch === phase.epoch && owner?.session !== state.lease.session;
  if (state.lease.lost || epoch > phase.epoch || (isFree && state.task === null)) {
    return { phase: standby, say: "The lock is already gone; standing by" };
  }
  if (state.task === null && now >= phase.retryAt) {
    return { task: { deed: "release", startId: phase.startId, epoch: phase.epoch, address: phase.address } };
  }
  return nothing;
};

/** Between two tries of a crash loop. The lock is kept: the next try is ours. */
export const pausing: Handler<"pausing"> = (state, phase, _finished, now) => {
  const { run } = phase;
  const consul = consulOf(state);
  const lost = lostToAnother(state, run, now);
  if (lost !== null || state.lease.lost) {
    return {
      phase: { at: "standby", notBefore: now },
      say: "The lock was lost while waiting for the next try; standing by",
    };
  }
  if (consul === null || state.task !== null || state.lease.session === null) return nothing;
  if (!wantsStarted(consul)) {
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
      say: "Intent became stopped between two tries",
    };
  }
  // Whatever still runs here under our name must be gone before the next QEMU.
  if (state.domain.state === "known" && state.domain.value.state !== "absent") {
    return beginEnd(run, { reason: "foreign", after: "restart", because: "it is left over from a failed start" }, now);
  }
  return now >= phase.until && state.domain.state === "known" ? startAgain(state, consul, run, now) : nothing;
};
