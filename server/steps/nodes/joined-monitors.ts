import { say } from "@/contract/sentence";
import { ceph, cephTimeoutMs } from "@/server/steps/deployment/ceph-commands";
import { cephMonitors } from "@/server/steps/deployment/ceph-monitors";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import {
  asDeployment,
  helperOf,
  type NodeChangeContext,
  type NodeChangeStep,
  onJoining,
  onStaying,
  separable,
} from "@/server/steps/nodes/node-change-step";

const step = onJoining(cephMonitors);
const outOfMap = (name: string): string[] => ceph("mon", "remove", name);

/** Says so and succeeds where the map has no such monitor. */
const remove = (context: NodeChangeContext) => onStaying(context, outOfMap(context.cell), { timeoutMs: cephTimeoutMs });

/** As in the first deployment; but here the others have a map of their own, in which a monitor that is taken back would count. */
export const joinedMonitorsStep: NodeChangeStep = {
  plan: (input) => separable(step.plan(input), (node) => [shown(helperOf(input), outOfMap(node))]),
  definition: {
    ...step.definition,
    async undo(context) {
      const undone = await cephMonitors.definition.undo?.(asDeployment(context));
      if (undone === undefined) throw new Error("the monitors have lost their undo");
      await remove(context);
      return undone;
    },
    async undoWithoutNode(context) {
      await remove(context);
      return { observed: say("monitor-removed", { name: context.cell }) };
    },
  },
};
