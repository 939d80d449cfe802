import { nodeSetup } from "@/server/steps/deployment/node-setup";
import { sayGoodbye } from "@/server/steps/nodes/goodbye";
import { asDeployment, type NodeChangeStep, onJoining } from "@/server/steps/nodes/node-change-step";

const step = onJoining(nodeSetup);

/** As in the first deployment; but here the others go on, so a node that is taken back says goodbye: else it counts in every vote. */
export const joinedSetupStep: NodeChangeStep = {
  plan: (input) => step.plan(input),
  definition: {
    ...step.definition,
    async undo(context) {
      await sayGoodbye(context, context.cell);
      const undone = await nodeSetup.definition.undo?.(asDeployment(context));
      if (undone === undefined) throw new Error("the node set-up has lost its undo");
      return undone;
    },
  },
};
