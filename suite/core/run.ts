import type { Sentence } from "@/contract/sentence";
import type { HistoryDraft, Run, Start, State } from "@/suite/core/state";
import { seconds } from "@/suite/core/step";
import { auditAfterMs } from "@/suite/core/timing";

export function startedRun(start: Start, now: number): Run {
  const notOurs = start.fenceFirst;
  return {
    startId: start.startId,
    epoch: start.epoch,
    kind: start.kind,
    from: start.from,
    cause: start.cause,
    beganAt: start.beganAt,
    runningSince: now,
    seconds: start.seconds,
    address: null,
    notOurs,
    guestAnswered: "not-yet",
    guestNetworkDue: false,
    audits: 0,
    next: { ping: now, audit: now + auditAfterMs[0], address: now, lift: now },
  };
}

/** A QEMU that was running before this zshad, or that arrived from another node. */
export function takenOverRun(
  facts: Pick<Run, "startId" | "epoch" | "kind" | "from" | "beganAt" | "address"> &
    Partial<Pick<Run, "guestNetworkDue" | "cause">>,
  now: number,
): Run {
  return {
    runningSince: now,
    cause: null,
    seconds: {},
    notOurs: [],
    guestAnswered: "not-yet",
    guestNetworkDue: false,
    audits: 0,
    next: { ping: now, audit: now + auditAfterMs[0], address: now, lift: now },
    ...facts,
  };
}

export function runHistory(state: State, run: Run, now: number, detail: Sentence): HistoryDraft {
  return {
    kind: run.kind,
    node: state.settings.node,
    from: run.from,
    ...(run.cause === null ? {} : { cause: run.cause }),
    epoch: run.epoch,
    actor: "zshad",
    seconds: { ...run.seconds, total: seconds(now - run.beganAt) },
    outcome: "succeeded",
    detail,
  };
}
