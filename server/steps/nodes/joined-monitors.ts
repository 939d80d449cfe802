import { ceph, cephTimeoutMs } from "@/server/steps/deployment/ceph-commands";
import { cephMonitors } from "@/server/steps/deployment/ceph-monitors";
import { asDeployment, helperOf, type NodeChangeStep, onJoining } from "@/server/steps/nodes/node-change-step";

const step = onJoining(cephMonitors);

/** As in the first deployment; but here the others have a map of their own, in which a monitor that is taken back would count. */
export const joinedMonitorsStep: NodeChangeStep = {
  plan: (input) => step.plan(input),
  definition: {
    ...step.definition,
    async undo(context) {
      const undone = await cephMonitors.definition.undo?.(asDeployment(context));
      if (undone === undefined) throw new Error("the monitors have lost their undo");
      // Says so and succeeds where the map has no such monitor.
      await context.command(ceph("mon", "remove", context.cell), {
        node: helperOf(context.input),
        timeoutMs: cephTimeoutMs,
      });
      return undone;
    },
  },
};
