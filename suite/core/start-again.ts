import { fitterPeers } from "@/suite/core/eligibility";
import { giveAway } from "@/suite/core/give-away";
import type { ConsulSeen } from "@/suite/core/seen";
import { beginTake } from "@/suite/core/start";
import type { Run, State } from "@/suite/core/state";
import type { Step } from "@/suite/core/step";

/** The owner's VM ended and is wanted: started again here, unless this host has since become unfit and another one is fit. */
export function startAgain(state: State, consul: ConsulSeen, run: Run, now: number): Step {
  const others = fitterPeers(state);
  return others.length === 0 ? beginTake(state, consul, now) : giveAway(state, run, others, now);
}
