import type { NodeChangeKind } from "@/contract/node-change";
import { asRunSees, type NodeChangeGuard, nodeChangeGuards } from "@/contract/node-change-guards";
import { factsOfHa } from "@/contract/maintenance-guards";
import { known } from "@/contract/observed";
import { say, type Sentence } from "@/contract/sentence";
import { statusCommand, shown } from "@/server/steps/maintenance/maintenance-step";
import { openSentence, settledGuards } from "@/server/steps/maintenance/guards-step";
import { recordsOn } from "@/server/steps/maintenance/record";
import {
  haNow,
  helperOf,
  type NodeChangeAssets,
  type NodeChangeContext,
  type NodeChangeStep,
} from "@/server/steps/nodes/node-change-step";
import { stayingNames } from "@/contract/node-change";

async function guardsNow(
  context: NodeChangeContext,
  kind: NodeChangeKind,
  { suite }: NodeChangeAssets,
): Promise<NodeChangeGuard[]> {
  const ha = await haNow(context);
  const open = known(await recordsOn(context, stayingNames(context.input)), ha.at);
  const facts = asRunSees(factsOfHa(ha, ha.at, { okToStop: null, open }), suite.version);
  return nodeChangeGuards(facts, kind, context.input);
}

/** Ceph calls a dead machine's disks down half a minute after it fell silent; then its groups serve nobody for the seconds in which they peer. */
const mayPass = ({ code }: NodeChangeGuard): boolean => code === "data-available";

/** The same predicates as the page's, asked again by the run itself: between the two somebody may have changed everything. */
export const guardsStep = (kind: NodeChangeKind, assets: NodeChangeAssets): NodeChangeStep => {
  const missingNow = async (context: NodeChangeContext): Promise<Sentence | null> =>
    openSentence(await settledGuards(context, () => guardsNow(context, kind, assets), mayPass));
  return {
    plan: (input) => ({
      id: "verify-node-change-guards",
      phase: "prepare",
      cells: [helperOf(input)],
      commands: [shown(helperOf(input), statusCommand)],
      undo: { kind: "none", because: say("only-looks") },
      pointOfNoReturn: false,
      softTimeoutSeconds: 20,
      timeoutSeconds: 180,
    }),
    definition: {
      id: "verify-node-change-guards",
      async precheck(context) {
        const reason = await missingNow(context);
        return reason === null ? { kind: "ready" } : { kind: "blocked", reason };
      },
      run: async () => await Promise.resolve(),
      async verify(context) {
        const missing = await missingNow(context);
        const subjects = [...context.input.leaving, ...context.input.joining].map(({ name }) => name);
        return missing === null
          ? { reached: true, observed: say("guards-hold", { subjects: [...new Set(subjects)].join(", ") }) }
          : { reached: false, missing };
      },
    },
  };
};
