import { say, type Sentence, sentenceText } from "@/contract/sentence";
import { fitterPeers } from "@/suite/core/eligibility";
import { giveAway } from "@/suite/core/give-away";
import type { Run, Start, State } from "@/suite/core/state";
import type { Step } from "@/suite/core/step";
import { consulOf } from "@/suite/core/step";
import { crashPausesMs, crashWindowMs } from "@/suite/core/timing";

/** A start that failed or a VM that died: try again here three times in ten minutes, then let the next node try. */
export function failedAttempt(state: State, start: Start, because: Sentence, now: number): Step {
  const run = { startId: start.startId, epoch: start.epoch, address: null } as const;
  return countCrash(state, run, start, because, now);
}

export function countCrash(
  state: State,
  run: Pick<Run, "startId" | "epoch" | "address">,
  ended: Start | Run,
  because: Sentence,
  now: number,
): Step {
  const crashes = [...state.crashes.filter((at) => now - at < crashWindowMs), now];
  const pause = crashPausesMs[crashes.length - 1];
  const others = fitterPeers(state);
  if (others.length > 0) return { ...giveAway(state, run, others, now), patch: { crashes } };
  if (pause !== undefined) {
    return {
      phase: { at: "pausing", run: asRun(run, ended, now), until: now + pause },
      patch: { crashes },
      say: `The VM ended at epoch ${run.epoch} (${sentenceText(because)}); try ${crashes.length} of ${crashPausesMs.length} in ${pause / 1000} s`,
    };
  }
  const generation = consulOf(state)?.intent.record?.generation ?? 0;
  return {
    phase: {
      at: "releasing",
      startId: run.startId,
      epoch: run.epoch,
      address: run.address,
      because: "crash loop",
      retryAt: now,
    },
    task: { deed: "release", startId: run.startId, epoch: run.epoch, address: run.address },
    patch: { crashes: [], crashLoop: { generation } },
    history: [
      {
        kind: "restart",
        node: state.settings.node,
        from: null,
        epoch: run.epoch,
        actor: "zshad",
        seconds: {},
        outcome: "failed",
        detail: say("history-crash-loop", { times: crashes.length, minutes: crashWindowMs / 60_000, why: because }),
      },
    ],
    say: `Giving the VM to the next node: it failed here ${crashes.length} times (${sentenceText(because)})`,
  };
}

function asRun(run: Pick<Run, "startId" | "epoch" | "address">, ended: Start | Run, now: number): Run {
  if ("runningSince" in ended) return { ...ended, ...run };
  return {
    startId: ended.startId,
    epoch: ended.epoch,
    kind: ended.kind,
    from: ended.from,
    cause: ended.cause,
    beganAt: ended.beganAt,
    runningSince: now,
    seconds: ended.seconds,
    address: run.address,
    notOurs: [],
    guestAnswered: "given-up",
    guestNetworkDue: false,
    audits: 0,
    next: { ping: now, audit: now, address: now, lift: now },
  };
}
