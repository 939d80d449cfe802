import type { LifecycleKind } from "@/contract/lifecycle";
import { type LifecycleGuard, standingGuards } from "@/contract/lifecycle-guards";
import { factsOfHa } from "@/contract/maintenance-guards";
import { known } from "@/contract/observed";
import { say } from "@/contract/sentence";
import type { StepContext } from "@/server/engine/step";
import type { StepLine } from "@/server/steps/in-order";
import { openSentence, settledGuards } from "@/server/steps/maintenance/guards-step";
import { type AskedNodes, statusLook, statusNow } from "@/server/steps/maintenance/maintenance-step";
import { openRecords } from "@/server/steps/maintenance/record";

const stepId = "verify-cluster-guards";

/** What the page asked before the button, asked again on the nodes by the run itself. */
export function guardsLine<TInput extends AskedNodes>(
  kind: LifecycleKind,
  targetOf: (input: TInput) => string | undefined = () => undefined,
): StepLine<TInput> {
  const now = async (context: StepContext<TInput>): Promise<LifecycleGuard[]> => {
    const ha = await statusNow(context);
    const open = known(await openRecords(context), ha.at);
    return standingGuards(factsOfHa(ha, ha.at, { okToStop: null, open }), kind, targetOf(context.input));
  };
  const missing = async (context: StepContext<TInput>) =>
    openSentence(await settledGuards(context, () => now(context)));
  return {
    plan: ({ helper }) => statusLook(stepId, "prepare", helper),
    definition: {
      id: stepId,
      async precheck(context) {
        const reason = await missing(context);
        return reason === null ? { kind: "ready" } : { kind: "blocked", reason };
      },
      run: async () => await Promise.resolve(),
      async verify(context) {
        const reason = await missing(context);
        return reason === null
          ? { reached: true, observed: say("guards-hold", { subjects: context.cell }) }
          : { reached: false, missing: reason };
      },
    },
  };
}
