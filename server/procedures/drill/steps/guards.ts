import { say, type Sentence } from "@/contract/sentence";
import { type DrillContext, type DrillStep, shown, statusCommand } from "@/server/procedures/drill/drill-step";
import { confirmed, openGuards } from "@/server/procedures/drill/open-guards";

/** Times of two nodes are subtracted: beyond this the figure is worth nothing, and Ceph's monitors complain at 0.05 s already. */
const clockDifferenceMaxMs = 500;
/** What held a moment ago gets another look: one reading of a busy cluster may go unanswered. Longer only delays a drill that is held back. */
const confirmWaitMs = 30_000;
const dateCommand = ["date", "+%s.%N"];

/** Owner's clock minus the looking node's, in milliseconds, give or take half a round trip. */
export async function clockDifferenceMs(context: DrillContext): Promise<number> {
  const { owner, standby } = context.input;
  const read = async (node: string): Promise<{ atMs: number; midMs: number }> => {
    const sentMs = performance.now();
    const { stdout } = await context.command(dateCommand, { node });
    return { atMs: Number.parseFloat(stdout) * 1000, midMs: (sentMs + performance.now()) / 2 };
  };
  const first = await read(owner);
  const second = await read(standby);
  return first.atMs - second.atMs - (first.midMs - second.midMs);
}

async function whatHoldsItBack(context: DrillContext): Promise<Sentence | null> {
  const { open, owner } = await openGuards(context);
  if (open !== null) return open;
  if (owner !== context.input.owner)
    return say("drill-moved", { node: owner ?? say("drill-no-node"), planned: context.input.owner });
  const difference = await clockDifferenceMs(context);
  if (!Number.isFinite(difference)) return say("drill-clocks-unread");
  return Math.abs(difference) > clockDifferenceMaxMs
    ? say("drill-clocks-differ", {
        owner: context.input.owner,
        standby: context.input.standby,
        seconds: (difference / 1000).toFixed(1),
      })
    : null;
}

export const guards: DrillStep = {
  plan: ({ owner, standby }) => ({
    id: "verify-drill-guards",
    phase: "prepare",
    cells: ["cluster"],
    commands: [shown(standby, statusCommand), shown(owner, dateCommand), shown(standby, dateCommand)],
    undo: { kind: "none", because: say("only-looks") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 15,
    timeoutSeconds: 120,
  }),
  definition: {
    id: "verify-drill-guards",
    async precheck(context) {
      const reason = await whatHoldsItBack(context);
      return reason === null ? { kind: "ready" } : { kind: "blocked", reason };
    },
    run: async () => await Promise.resolve(),
    async verify(context) {
      const missing = await confirmed(context, whatHoldsItBack, confirmWaitMs);
      return missing === null
        ? { reached: true, observed: say("drill-guards-hold", { node: context.input.owner }) }
        : { reached: false, missing };
    },
  },
};
