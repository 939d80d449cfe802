import { withStaleAsUnknown } from "@/contract/cluster-status";
import { known } from "@/contract/observed";
import { recognise, type Recovery } from "@/contract/recovery";
import { getCluster } from "@/server/cluster/service";
import { platformSight } from "@/server/maintenance/platform-sight";
import { gatherEvidence } from "@/server/recovery/evidence";

export interface RecoverySight extends Recovery {
  readonly at: string;
}

/** Which fault this is, what HA did and how far its repair has come, as everything is now. Nothing is changed. */
export async function recoverySight(clusterId: string): Promise<RecoverySight> {
  const status = withStaleAsUnknown((await getCluster(clusterId)).status, Date.now());
  const [nodes, platform] = await Promise.all([gatherEvidence(clusterId, status), platformSight(clusterId, status)]);
  const { ha, leader, owner, takenDown = [], panelNetworkSuspect } = status;
  const recovery = recognise({
    nodes,
    ha,
    leader,
    owner: owner.state === "known" ? known(owner.value?.node ?? null, owner.at) : owner,
    takenDown,
    panelNetworkSuspect,
    hosts: platform.state === "known" ? known(platform.value?.hosts ?? null, platform.at) : platform,
  });
  return { ...recovery, at: status.at };
}
