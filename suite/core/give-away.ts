import { joined, sentenceText } from "@/contract/sentence";
import type { Run, State } from "@/suite/core/state";
import type { Step } from "@/suite/core/step";

/** The lock is released to nodes that are fit, instead of starting the VM again on this one. */
export function giveAway(
  state: State,
  run: Pick<Run, "startId" | "epoch" | "address">,
  others: readonly string[],
  now: number,
): Step {
  const { startId, epoch, address } = run;
  const because = sentenceText(joined([...(state.obstacles ?? [])]));
  return {
    phase: { at: "releasing", startId, epoch, address, because, retryAt: now },
    task: { deed: "release", startId, epoch, address },
    say: `Giving the VM to ${others.join(" or ")} instead of starting it again here: ${because}`,
  };
}
