import { drillGuards, drillPlaces, guardSentence } from "@/contract/drill-guards";
import { known } from "@/contract/observed";
import { joined, type Sentence } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { type DrillContext, statusOn } from "@/server/procedures/drill/drill-step";

const pollMs = 1_000;

/**
 * The guards once more, by the word of the node that looks on; `open` is null when all of them hold. The database keeps other runs
 * of this panel away, so the run lock of another one is all that is asked for here.
 */
export async function openGuards(context: DrillContext): Promise<{ open: Sentence | null; owner: string | null }> {
  const status = await statusOn(context, context.input.standby);
  const at = new Date().toISOString();
  const guards = drillGuards({ ha: known(status, at), runLock: known(null, at), activeRun: null });
  const open = guards.filter(({ state }) => state !== "holds");
  return {
    open: open.length === 0 ? null : joined(open.map(guardSentence)),
    owner: drillPlaces(status)?.owner ?? null,
  };
}

/** What is missing still after a while, or null: one reading of a busy cluster may go unanswered right after a good one. */
export async function confirmed(
  context: DrillContext,
  look: (context: DrillContext) => Promise<Sentence | null>,
  waitMs: number,
): Promise<Sentence | null> {
  let missing: Sentence | null = null;
  const isWell = async (): Promise<true | null> => {
    missing = await look(context);
    return missing === null ? true : null;
  };
  await pollUntil(isWell, { timeoutMs: waitMs, everyMs: pollMs, signal: context.signal });
  return missing;
}
