import { withStaleAsUnknown } from "@/contract/cluster-status";
import { getCluster } from "@/server/cluster/service";
import { type MaintenanceLook, maintenanceLook } from "@/server/maintenance/look";
import { listRuns } from "@/server/run/service";

export interface MaintenanceSight extends MaintenanceLook {
  /** Another run of this panel on the cluster, by id. */
  readonly activeRun: string | null;
}

/** What guards need beside the live status. Nothing is changed. */
export async function lookAt(clusterId: string, fresh = false): Promise<MaintenanceSight> {
  const { status } = await getCluster(clusterId);
  const [look, [active]] = await Promise.all([
    maintenanceLook(clusterId, withStaleAsUnknown(status, Date.now()), fresh),
    listRuns({ clusterId, activeOnly: true, limit: 1 }),
  ]);
  return { ...look, activeRun: active?.id ?? null };
}
