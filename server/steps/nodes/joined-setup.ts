import { say } from "@/contract/sentence";
import { nodeSetup } from "@/server/steps/deployment/node-setup";
import { farewellShown, forgetDead } from "@/server/steps/nodes/consul-peers";
import { sayGoodbye } from "@/server/steps/nodes/goodbye";
import {
  asDeployment,
  joiningIp,
  type NodeChangeStep,
  onJoining,
  separable,
} from "@/server/steps/nodes/node-change-step";

const step = onJoining(nodeSetup);

/** As in the first deployment; but here the others go on, so a node that is taken back says goodbye: else it counts in every vote. */
export const joinedSetupStep: NodeChangeStep = {
  plan: (input) => separable(step.plan(input), (node) => farewellShown(input, joiningIp(input, node))),
  definition: {
    ...step.definition,
    async undo(context) {
      await sayGoodbye(context, context.cell);
      const undone = await nodeSetup.definition.undo?.(asDeployment(context));
      if (undone === undefined) throw new Error("the node set-up has lost its undo");
      return undone;
    },
    async undoWithoutNode(context) {
      await forgetDead(context, context.cell, joiningIp(context.input, context.cell));
      return { observed: say("consul-peers-gone") };
    },
  },
};
