import { say, sentenceText } from "@/contract/sentence";
import { runHistory } from "@/suite/core/run";
import type { PhaseOf, Run, State } from "@/suite/core/state";
import type { Finished, Step } from "@/suite/core/step";
import { consulOf, nothing, openMigration, seconds } from "@/suite/core/step";
import {
  auditAfterMs,
  auditEveryMs,
  fenceLingerMs,
  findAddressEveryMs,
  guestAnswerMs,
  guestPingEveryMs,
  liftEveryMs,
} from "@/suite/core/timing";

/** What is looked at and tidied beside a running VM, one thing at a time, most urgent first. */
export function runningChores(state: State, phase: PhaseOf<"running">, finished: Finished | null, now: number): Step {
  const noted = finished === null ? null : noteChore(state, phase.run, finished, now);
  const run = noted?.run ?? phase.run;
  const base: Step = noted === null ? nothing : { ...noted.step, phase: { ...phase, run } };
  if (state.chore !== null || state.domain.state === "unknown" || state.domain.value.state === "absent") return base;
  const due = nextChore(state, run, now);
  return due === null ? base : { ...base, phase: { ...phase, run: due.run }, chore: due.chore };
}

function nextChore(state: State, run: Run, now: number): { run: Run; chore: NonNullable<Step["chore"]> } | null {
  const later = (next: Partial<Run["next"]>): Run => ({ ...run, next: { ...run.next, ...next } });
  const domain = state.domain.state === "known" ? state.domain.value : null;
  const consul = consulOf(state);
  // First of all: until then the next owner can fence us only by listing watchers, which hangs while a dead OSD is thought up.
  if (run.address === null && now >= run.next.address) {
    return { run: later({ address: now + findAddressEveryMs }), chore: { deed: "find-address", not: run.notOurs } };
  }
  // A stale epoch in the metadata lets the reconnect hook mistake a healthy VM for a superseded one.
  if (domain !== null && domain.epoch !== run.epoch && now >= run.next.lift) {
    return {
      run: later({ lift: now + findAddressEveryMs }),
      chore: { deed: "stamp-epoch", epoch: run.epoch, startId: run.startId },
    };
  }
  if (run.guestAnswered === "not-yet" && now >= run.next.ping) {
    return { run: later({ ping: now + guestPingEveryMs }), chore: { deed: "ping-guest" } };
  }
  if (run.guestNetworkDue && run.guestAnswered === "yes" && now >= run.next.ping) {
    return { run: later({ ping: now + findAddressEveryMs }), chore: { deed: "set-guest-network" } };
  }
  const migrating = consul !== null && openMigration(consul, now) !== null;
  if (now >= run.next.audit && run.address !== null && !migrating) {
    const audits = run.audits + 1;
    const next = auditAfterMs[audits];
    const at = next === undefined ? now + auditEveryMs : run.runningSince + next;
    return { run: { ...later({ audit: at }), audits }, chore: { deed: "audit-watchers", own: run.address } };
  }
  // Every earlier QEMU of this node was gone before this one ran.
  const longGone = now - run.runningSince >= fenceLingerMs;
  if (consul !== null && consul.liftable.length > 0 && longGone && run.address !== null && now >= run.next.lift) {
    return {
      run: later({ lift: now + liftEveryMs }),
      chore: { deed: "lift-fences", addresses: consul.liftable, own: run.address },
    };
  }
  return null;
}

function noteChore(state: State, run: Run, finished: Finished, now: number): { run: Run; step: Step } | null {
  const { what, outcome } = finished;
  if (what.deed === "find-address" && outcome.result === "done" && outcome.address) {
    return { run: { ...run, address: outcome.address }, step: { say: `Its storage client is ${outcome.address}` } };
  }
  if (what.deed === "ping-guest" && run.guestAnswered === "not-yet") {
    if (outcome.result === "done") {
      const answered: Run = {
        ...run,
        guestAnswered: "yes",
        seconds: { ...run.seconds, guest: seconds(now - run.runningSince) },
      };
      const total = seconds(now - run.beganAt);
      const detail = say("history-guest-answered", { seconds: total });
      return {
        run: answered,
        step: {
          history: [runHistory(state, answered, now, detail)],
          say: `The guest answered ${total} s after the ${run.kind} began`,
        },
      };
    }
    if (now - run.runningSince > guestAnswerMs) {
      const detail = say("history-guest-silent", { minutes: guestAnswerMs / 60_000 });
      return {
        run: { ...run, guestAnswered: "given-up" },
        step: { history: [runHistory(state, run, now, detail)], say: detail.text },
      };
    }
  }
  if (what.deed === "set-guest-network" && outcome.result === "done") {
    return { run: { ...run, guestNetworkDue: false }, step: { say: "Gave the guest this node's addresses" } };
  }
  if (what.deed === "lift-fences" && outcome.result !== "done") {
    return { run, step: { say: `Fences of this node stay for now: ${sentenceText(outcome.because)}` } };
  }
  if (what.deed === "lift-fences" && outcome.result === "done" && outcome.addresses && outcome.addresses.length > 0) {
    return { run, step: { say: `Lifted the fence of ${outcome.addresses.join(", ")}: that QEMU is proven gone` } };
  }
  return null;
}
