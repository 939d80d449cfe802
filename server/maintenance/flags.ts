import type { ClusterStatus } from "@/contract/cluster-status";
import type { MaintenanceInput, MaintenanceKind } from "@/contract/maintenance";
import { manualFlags, wholeCluster } from "@/contract/maintenance-subject";
import type { MaintenanceLook } from "@/server/maintenance/look";

export interface FlagsAsked {
  readonly kind: MaintenanceKind;
  readonly subject: string;
  readonly nodes: readonly string[];
  readonly ha: ClusterStatus["ha"];
  readonly look: Pick<MaintenanceLook, "flags" | "open" | "canFlagHost">;
  /** This panel gave the cluster a Ceph of its own, or took one up from elsewhere; null: another panel deployed it. */
  readonly isCephOwn: boolean | null;
}

/** Whose OSDs stay in while they are away; on the way back, whose flags end. */
export function maintenanceFlags({ kind, subject, nodes, ha, look, isCephOwn }: FlagsAsked): MaintenanceInput["flags"] {
  const ceph = ha.state === "known" ? ha.value.ceph : null;
  const byHost = ceph?.state === "known" ? ceph.value.osdsByHost : null;
  // Not to know whose OSDs are where is not to have none.
  const carriesOf = (node: string): boolean => byHost === null || (byHost[node]?.length ?? 0) > 0;
  if (subject === wholeCluster) return (isCephOwn ?? nodes.some(carriesOf)) ? "cluster" : "none";
  const carries = carriesOf(subject);
  if (kind === "node-up" && look.flags.state === "known") {
    // What is set ends, whoever set it and whatever Ceph names on the node: by us for the host, or by hand as the manual has it.
    const set = look.flags.value;
    if (manualFlags.some((flag) => set.cluster.includes(flag))) return "cluster";
    return carries || (set.byHost[subject]?.length ?? 0) > 0 ? "host" : "none";
  }
  const record = look.open.state === "known" ? look.open.value.find((one) => one.subject === subject) : undefined;
  if (kind === "node-up" && record !== undefined && record.flags !== "none") return record.flags;
  if (!carries) return "none";
  return look.canFlagHost ? "host" : "cluster";
}
