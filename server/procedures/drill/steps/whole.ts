import { AppError } from "@/contract/errors";
import { say, type Sentence } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { type DrillContext, type DrillStep, shown, statusCommand } from "@/server/procedures/drill/drill-step";
import { confirmed, openGuards } from "@/server/procedures/drill/open-guards";

/** A server's firmware takes minutes; Ceph then copies what was written meanwhile. */
const wholeWaitSeconds = 1_200;
const pollMs = 2_000;
/** One reading of a busy cluster may go unanswered right after a good one. */
const confirmWaitMs = 45_000;

/** Whatever would hold back the next drill is not whole again. */
async function whatIsMissing(context: DrillContext): Promise<Sentence | null> {
  try {
    return (await openGuards(context)).open;
  } catch (error) {
    if (error instanceof AppError) return error.saying ?? error.message;
    return error instanceof Error ? error.message : String(error);
  }
}

export const whole: DrillStep = {
  plan: ({ standby }) => ({
    id: "verify-cluster-whole",
    phase: "verify",
    cells: ["cluster"],
    commands: [shown(standby, statusCommand)],
    undo: { kind: "none", because: say("only-looks") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 180,
    timeoutSeconds: wholeWaitSeconds + 60,
  }),
  definition: {
    id: "verify-cluster-whole",
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    async run(context) {
      const look = async () => {
        const missing = await whatIsMissing(context);
        if (missing !== null) context.progress(null, null, missing);
        return missing === null ? true : null;
      };
      await pollUntil(look, { timeoutMs: wholeWaitSeconds * 1000, everyMs: pollMs, signal: context.signal });
    },
    async verify(context) {
      const missing = await confirmed(context, whatIsMissing, confirmWaitMs);
      return missing === null
        ? { reached: true, observed: say("drill-whole") }
        : { reached: false, missing: say("drill-not-whole-yet", { missing }) };
    },
  },
};
