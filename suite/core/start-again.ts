import { joined, type Sentence, sentenceText } from "@/contract/sentence";
import { beginTake } from "@/suite/core/start";
import type { ConsulSeen } from "@/suite/core/seen";
import type { Run, State } from "@/suite/core/state";
import type { Step } from "@/suite/core/step";

/**
 * The owner's VM ended and is wanted: started again here, unless this host has since become unfit (a bridge without link, no memory)
 * and another one is fit.
 */
export function startAgain(state: State, consul: ConsulSeen, run: Run, now: number): Step {
  const obstacles: readonly Sentence[] = state.obstacles ?? [];
  const others = Object.entries(consul.peers)
    .filter(([name, peer]) => name !== state.settings.node && peer.session !== null && peer.record.eligible)
    .map(([name]) => name);
  if (obstacles.length === 0 || others.length === 0) return beginTake(state, consul, now);
  const { startId, epoch, address } = run;
  const because = sentenceText(joined(obstacles));
  return {
    phase: { at: "releasing", startId, epoch, address, because, retryAt: now },
    task: { deed: "release", startId, epoch, address },
    say: `Giving the VM to ${others.join(" or ")} instead of starting it again here: ${because}`,
  };
}
