import type { Sentence } from "@/contract/sentence";
import type { Outcome } from "@/suite/core/deed";
import type { Flow } from "@/suite/core/simulation/flow";
import { called } from "@/suite/core/simulation/flow";
import type { SimNode } from "@/suite/core/simulation/sim-node";

export const done: Outcome = { result: "done" };
export const failed = (because: Sentence): Outcome => ({ result: "failed", because });
export const unclear = (because: Sentence): Outcome => ({ result: "unknown", because });
const silent = unclear("no answer from the local agent");

export const wait =
  (node: SimNode, milliseconds: number) =>
  (resume: () => void): void =>
    node.world.queue.after(node.world.chance.vary(milliseconds), resume);

/** A transaction at the leader. */
export function* transaction(node: SimNode, effect: () => Outcome): Flow<Outcome> {
  const answer = yield* called<Outcome | null>((resume) => node.world.consul.request(node.name, effect, resume));
  return answer ?? silent;
}
