import { cephConnection } from "@/server/steps/deployment/ceph-connection";
import { cephManagers } from "@/server/steps/deployment/ceph-managers";
import { consulBinary } from "@/server/steps/deployment/consul-binary";
import { packages } from "@/server/steps/deployment/packages-step";
import { suiteExecutable } from "@/server/steps/deployment/suite-executable";
import { cephMembershipStep } from "@/server/steps/nodes/ceph-membership";
import { monitorsRemovedStep, osdsRemovedStep } from "@/server/steps/nodes/ceph-removal";
import { consulPeersStep } from "@/server/steps/nodes/consul-peers";
import { fencesLiftedStep } from "@/server/steps/nodes/fences-lifted";
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
  onAllNodes,
  onJoining,
} from "@/server/steps/nodes/node-change-step";
import { platformHostStep } from "@/server/steps/nodes/platform-host";
import { redundancyStep } from "@/server/steps/nodes/redundancy";

/** Manual 2.3 (D6): a spare takes the dead node's name and place. Until the dead OSDs are purged all of it can be taken back. */
export const replaceNodeProcedure = (assets: NodeChangeAssets) =>
  nodeChangeProcedure("replace-node", [
    guardsStep("replace-node", assets),
    hostNameStep,
    onJoining(packages),
    onJoining(suiteExecutable(assets)),
    onJoining(consulBinary(assets)),
    changedNetworksStep,
    consulPeersStep,
    monitorsRemovedStep,
    osdsRemovedStep,
    onJoining(cephConnection),
    cephMembershipStep,
    joinedMonitorsStep,
    onAllNodes(cephManagers),
    joinedOsdsStep,
    joinedSetupStep,
    membersKnownStep,
    fencesLiftedStep,
    platformHostStep(assets),
    redundancyStep,
    haMembershipStep,
  ]);
