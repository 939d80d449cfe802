import type { HistoryRecord } from "@/contract/consul-keys";
import type { EventFacts } from "@/contract/event";
import { type Condition, conditionOf } from "@/contract/event-conditions";
import { type EventKind, eventKinds, type EventSeverity } from "@/contract/event-kinds";
import type { ProcedureKind, RunState } from "@/contract/run";
import { runOfActor } from "@/contract/run-actor";

/** Something that happened at one time. */
export interface Moment {
  readonly identity: string;
  readonly kind: EventKind;
  readonly severity: EventSeverity;
  readonly node: string | null;
  readonly runId: string | null;
  readonly at: string;
  readonly facts: EventFacts;
}

const historyKinds: Record<HistoryRecord["kind"], EventKind> = {
  failover: "management-vm-failover",
  restart: "management-vm-restarted",
  start: "management-vm-started",
  stop: "management-vm-stopped",
  migrate: "management-vm-migrated",
  adopt: "management-vm-adopted",
};

/** What the HA suite wrote down. A failure is one step worse than the same thing when it worked. */
export function historyMoment(record: HistoryRecord): Moment {
  const kind = historyKinds[record.kind];
  const usual = eventKinds[kind].severity;
  const { total } = record.seconds;
  return {
    identity: `history ${record.id} ${record.at}`,
    kind,
    severity: record.outcome === "succeeded" ? usual : usual === "info" ? "warning" : "critical",
    node: record.node,
    runId: runOfActor(record.actor),
    at: record.at,
    facts: {
      node: record.node,
      from: record.from ?? "",
      actor: record.actor,
      outcome: record.outcome,
      cause: record.cause ?? "",
      seconds: total ?? "",
      detail: record.detail,
    },
  };
}

export interface RunSeen {
  readonly id: string;
  readonly kind: ProcedureKind;
  readonly state: RunState;
  readonly actor: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** A run that stands still is a condition: it ends when somebody goes on with it. */
export function runConditions(runs: readonly RunSeen[]): Condition[] {
  return runs.flatMap(({ id, kind, state, actor }) => {
    const of = (event: EventKind) =>
      conditionOf(event, "runs", { identity: `run ${id}`, runId: id, facts: { run: kind, actor } });
    if (state === "parked") return [of("run-waits")];
    return state === "undo-failed" ? [of("run-undo-failed")] : [];
  });
}

export function runMoments(runs: readonly RunSeen[]): Moment[] {
  return runs.flatMap(({ id, kind, state, actor, createdAt, finishedAt }) => {
    const moment = (event: EventKind, at: Date): Moment => ({
      identity: `${event} ${id}`,
      kind: event,
      severity: eventKinds[event].severity,
      node: null,
      runId: id,
      at: at.toISOString(),
      facts: { run: kind, actor, state },
    });
    const begun = moment("run-started", createdAt);
    if (finishedAt === null) return [begun];
    return [begun, moment(state === "succeeded" ? "run-succeeded" : "run-ended", finishedAt)];
  });
}
