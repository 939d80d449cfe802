import { type NodeChangeInput, stayingNames } from "@/contract/node-change";
import { cephManagers } from "@/server/steps/deployment/ceph-managers";
import { clusterSetupStep } from "@/server/steps/deployment/cluster-setup";
import { vmElsewhereStep } from "@/server/steps/maintenance/vm-elsewhere";
import { cephConfStep } from "@/server/steps/nodes/ceph-membership";
import { monitorsRemovedStep, osdsRemovedStep } from "@/server/steps/nodes/ceph-removal";
import { guardsStep } from "@/server/steps/nodes/guards-step";
import { haMembershipStep } from "@/server/steps/nodes/ha-membership";
import { consulLeftStep, suiteRemovedStep } from "@/server/steps/nodes/consul-left";
import { daemonsStoppedStep } from "@/server/steps/nodes/daemons-stopped";
import { membersKnownStep } from "@/server/steps/nodes/members-known";
import {
  leavingNames,
  type NodeChangeAssets,
  nodeChangeProcedure,
  onAllNodes,
  onCluster,
} from "@/server/steps/nodes/node-change-step";
import { osdsDrainedStep } from "@/server/steps/nodes/osds-drained";
import { forgottenStep } from "@/server/steps/nodes/panel-register";
import { redundancyStep } from "@/server/steps/nodes/redundancy";

/** Two members less, for an odd number again: first what they carry leaves them, then they leave. */
export const removeNodeProcedure = (assets: NodeChangeAssets) =>
  nodeChangeProcedure("remove-node", [
    guardsStep("remove-node", assets),
    // Whoever may take it is chosen then, not when the plan was made.
    vmElsewhereStep<NodeChangeInput>({
      leaving: leavingNames,
      asked: stayingNames,
      isPlanned: () => true,
      target: () => null,
    }),
    osdsDrainedStep,
    onAllNodes(cephManagers),
    daemonsStoppedStep,
    monitorsRemovedStep,
    osdsRemovedStep,
    consulLeftStep,
    suiteRemovedStep,
    membersKnownStep,
    onCluster(clusterSetupStep(false)),
    cephConfStep,
    redundancyStep,
    haMembershipStep,
    forgottenStep(assets),
  ]);
