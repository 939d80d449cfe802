import { cephConnection } from "@/server/steps/deployment/ceph-connection";
import { clusterSetupStep } from "@/server/steps/deployment/cluster-setup";
import { consulBinary } from "@/server/steps/deployment/consul-binary";
import { packages } from "@/server/steps/deployment/packages-step";
import { suiteExecutable } from "@/server/steps/deployment/suite-executable";
import { cephConfStep, cephMembershipStep } from "@/server/steps/nodes/ceph-membership";
import { guardsStep } from "@/server/steps/nodes/guards-step";
import { haMembershipStep } from "@/server/steps/nodes/ha-membership";
import { hostNameStep } from "@/server/steps/nodes/host-name";
import { joinedMonitorsStep } from "@/server/steps/nodes/joined-monitors";
import { joinedOsdsStep } from "@/server/steps/nodes/joined-osds";
import { joinedSetupStep } from "@/server/steps/nodes/joined-setup";
import { membersKnownStep } from "@/server/steps/nodes/members-known";
import { changedNetworksStep } from "@/server/steps/nodes/networks";
import {
  type NodeChangeAssets,
  nodeChangeProcedure,
  onCluster,
  onJoining,
} from "@/server/steps/nodes/node-change-step";
import { enteredStep } from "@/server/steps/nodes/panel-register";
import { platformHostStep } from "@/server/steps/nodes/platform-host";
import { redundancyStep } from "@/server/steps/nodes/redundancy";

/** Two machines more, for an odd number again. Until the members learn of them everything can be taken back. */
export const addNodeProcedure = (assets: NodeChangeAssets) =>
  nodeChangeProcedure("add-node", [
    enteredStep(assets),
    guardsStep("add-node", assets),
    hostNameStep,
    onJoining(packages),
    onJoining(suiteExecutable(assets)),
    onJoining(consulBinary(assets)),
    changedNetworksStep,
    onJoining(cephConnection),
    cephMembershipStep,
    joinedMonitorsStep,
    joinedOsdsStep,
    joinedSetupStep,
    membersKnownStep,
    onCluster(clusterSetupStep(false)),
    cephConfStep,
    platformHostStep(assets),
    redundancyStep,
    haMembershipStep,
  ]);
