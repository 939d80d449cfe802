import { type ClusterStatus, withStaleAsUnknown } from "@/contract/cluster-status";
import { getCluster } from "@/server/cluster/service";
import { lookForOrder, type MaintenanceLook, maintenanceLook, type OsdLook, osdLook } from "@/server/maintenance/look";
import { listRuns } from "@/server/run/service";

export interface MaintenanceSight extends MaintenanceLook {
  /** Another run of this panel on the cluster, by id. */
  readonly activeRun: string | null;
}

/** What guards need beside the live status. Nothing is changed. */
export async function lookAt(clusterId: string, fresh = false): Promise<MaintenanceSight> {
  const [look, activeRun] = await Promise.all([
    statusOf(clusterId).then((status) => maintenanceLook(clusterId, status, fresh)),
    activeRunOf(clusterId),
  ]);
  return { ...look, activeRun };
}

/** The same, and whether the OSDs of each node may stop. */
export async function lookWithOsdsAt(clusterId: string): Promise<MaintenanceSight & OsdLook> {
  const [look, activeRun] = await Promise.all([
    statusOf(clusterId).then((status) => osdLook(clusterId, status)),
    activeRunOf(clusterId),
  ]);
  return { ...look, activeRun };
}

/** What an order for a maintenance of this subject is judged by: the same, of this moment. */
export async function lookForOrderAt(
  clusterId: string,
  subject: string,
): Promise<Omit<MaintenanceSight & OsdLook, "platform" | "flagsOfRuns">> {
  const [look, activeRun] = await Promise.all([
    statusOf(clusterId).then((status) => lookForOrder(clusterId, status, subject)),
    activeRunOf(clusterId),
  ]);
  return { ...look, activeRun };
}

const statusOf = async (clusterId: string): Promise<ClusterStatus> =>
  withStaleAsUnknown((await getCluster(clusterId)).status, Date.now());

async function activeRunOf(clusterId: string): Promise<string | null> {
  const [active] = await listRuns({ clusterId, activeOnly: true, limit: 1 });
  return active?.id ?? null;
}
