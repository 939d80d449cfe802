import { cephManagers } from "@/server/steps/deployment/ceph-managers";
import { clusterSetupStep } from "@/server/steps/deployment/cluster-setup";
import { cephConfStep } from "@/server/steps/nodes/ceph-membership";
import { monitorsRemovedStep, osdsRemovedStep } from "@/server/steps/nodes/ceph-removal";
import { guardsStep } from "@/server/steps/nodes/guards-step";
import { haMembershipStep } from "@/server/steps/nodes/ha-membership";
import { consulLeftStep, suiteRemovedStep } from "@/server/steps/nodes/consul-left";
import { daemonsStoppedStep } from "@/server/steps/nodes/daemons-stopped";
import { membersKnownStep } from "@/server/steps/nodes/members-known";
import {
  type NodeChangeAssets,
  nodeChangeProcedure,
  onAllNodes,
  onCluster,
} from "@/server/steps/nodes/node-change-step";
import { osdsDrainedStep } from "@/server/steps/nodes/osds-drained";
import { forgottenStep } from "@/server/steps/nodes/panel-register";
import { redundancyStep } from "@/server/steps/nodes/redundancy";
import { vmStaysStep } from "@/server/steps/nodes/vm-stays";

/** Two members less, for an odd number again: first what they carry leaves them, then they leave. */
export const removeNodeProcedure = (assets: NodeChangeAssets) =>
  nodeChangeProcedure("remove-node", [
    guardsStep("remove-node", assets),
    vmStaysStep,
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
