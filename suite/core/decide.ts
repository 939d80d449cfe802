import { crashLoopCleared } from "@/suite/core/eligibility";
import type { Action, Deed } from "@/suite/core/deed";
import { ending, pausing, releasing, stopping } from "@/suite/core/ending";
import { migrating } from "@/suite/core/migrating";
import { receiving } from "@/suite/core/receiving";
import { running } from "@/suite/core/running";
import { unknown } from "@/suite/core/seen";
import { observing, standby } from "@/suite/core/standby";
import { fencing, starting, taking } from "@/suite/core/start";
import type { Decision, Event, State } from "@/suite/core/state";
import type { Finished, Step } from "@/suite/core/step";
import { justChanged } from "@/suite/core/step";

/**
 * The one place where this node decides. Pure: `now` is the monotonic clock in milliseconds, everything known of the
 * world is in the state. Invariants (ha design, I1–I10):
 *  - nothing starts without lock and epoch from one transaction and a finished fence of that epoch;
 *  - nothing starts unless the intent the transaction checked was `started`;
 *  - `unknown` never counts as absent, failed or stopped;
 *  - a QEMU that was fenced, superseded or paused on an I/O error is destroyed, never resumed.
 */
export function decide(before: State, event: Event, now: number): Decision {
  const { state, finished } = absorb(before, event, now);
  return conclude(state, react(state, finished, now), now);
}

function react(state: State, finished: Finished | null, now: number): Step {
  const { phase } = state;
  switch (phase.at) {
    case "observing":
      return observing(state, phase, finished, now);
    case "standby":
      return standby(state, phase, finished, now);
    case "taking":
      return taking(state, phase, finished, now);
    case "fencing":
      return fencing(state, phase, finished, now);
    case "starting":
      return starting(state, phase, finished, now);
    case "running":
      return running(state, phase, finished, now);
    case "stopping":
      return stopping(state, phase, finished, now);
    case "ending":
      return ending(state, phase, finished, now);
    case "releasing":
      return releasing(state, phase, finished, now);
    case "pausing":
      return pausing(state, phase, finished, now);
    case "migrating":
      return migrating(state, phase, finished, now);
    case "receiving":
      return receiving(state, phase, finished, now);
  }
}

const changesDomain: ReadonlySet<Deed["deed"]> = new Set<Deed["deed"]>([
  "create",
  "destroy",
  "confirm-gone",
  "migrate",
  "resume",
  "stamp-epoch",
]);

function absorb(state: State, event: Event, now: number): { state: State; finished: Finished | null } {
  switch (event.type) {
    case "tick":
      return { state, finished: null };
    case "domain":
      // A reading begun before the newest deed describes a world that is gone.
      return { state: event.reading.at < state.domain.at ? state : absorbDomain(state, event.reading), finished: null };
    case "consul":
      return { state: absorbConsul(state, event.reading, now), finished: null };
    case "lease":
      return { state: { ...state, lease: event.lease }, finished: null };
    case "storage": {
      const since = event.result === state.storage.state ? state.storage.since : now;
      return { state: { ...state, storage: { state: event.result, since, at: event.beganAt } }, finished: null };
    }
    case "blocklist":
      return { state: { ...state, blocklisted: event.addresses }, finished: null };
    case "host":
      return { state: { ...state, obstacles: event.obstacles }, finished: null };
    case "image":
      return { state: { ...state, imageBusy: event.busy }, finished: null };
    case "outcome":
      return absorbOutcome(state, event, now);
  }
}

function absorbDomain(state: State, reading: State["domain"]): State {
  const absent = reading.state === "known" && reading.value.state === "absent";
  return { ...state, domain: reading, absentSince: absent ? (state.absentSince ?? reading.at) : null };
}

function absorbConsul(state: State, reading: State["consul"], now: number): State {
  if (reading.state === "unknown") return { ...state, consul: reading };
  const free = reading.value.owner.session === null;
  const next: State = { ...state, consul: reading, ownerFreeSince: free ? (state.ownerFreeSince ?? now) : null };
  return crashLoopCleared(next) ? { ...next, crashLoop: null, crashes: [] } : next;
}

function absorbOutcome(state: State, event: Extract<Event, { type: "outcome" }>, now: number) {
  const pending = state.task?.id === event.id ? state.task : state.chore?.id === event.id ? state.chore : null;
  if (pending === null) return { state, finished: null };
  const cleared: State = pending === state.task ? { ...state, task: null } : { ...state, chore: null };
  const next = changesDomain.has(pending.what.deed)
    ? { ...cleared, domain: unknown<never>(justChanged, now), absentSince: null }
    : cleared;
  return { state: next, finished: { what: pending.what, outcome: event.outcome, tookMs: now - pending.since } };
}

function conclude(state: State, step: Step, now: number): Decision {
  const actions: Action[] = [];
  let nextId = state.nextId;
  let task = state.task;
  let chore = state.chore;
  if (step.task !== undefined) {
    task = { id: nextId, what: step.task, since: now };
    actions.push({ id: nextId, what: step.task });
    nextId += 1;
  } else if (step.phase !== undefined && step.phase.at !== state.phase.at) {
    // The answer of a task begun in an earlier phase no longer matters to anybody.
    task = null;
  }
  if (step.chore !== undefined) {
    chore = { id: nextId, what: step.chore, since: now };
    actions.push({ id: nextId, what: step.chore });
    nextId += 1;
  }
  const sentence = step.say !== undefined && step.say !== state.said ? step.say : null;
  const next: State = {
    ...state,
    ...step.patch,
    phase: step.phase ?? state.phase,
    task,
    chore,
    nextId,
    said: sentence ?? state.said,
  };
  return { state: next, actions, history: step.history ?? [], sentence };
}
