import { type ClusterStatus, withStaleAsUnknown } from "@/contract/cluster-status";
import type { CephStatus } from "@/contract/ha-status";
import type { Sample } from "@/server/history/recorder";

const healthFigures = { HEALTH_OK: 0, HEALTH_WARN: 1, HEALTH_ERR: 2 } as const;

/** One cluster's status as figures. A reading counts until it is older than three refreshes; what is unknown has no figure. */
export function clusterSample(status: ClusterStatus, nowMs: number): Sample {
  const { nodes, owner, ha } = withStaleAsUnknown(status, nowMs);
  const sample: Record<string, number> = {};
  const put = (metric: string, value: number | null | undefined): void => {
    if (typeof value === "number" && Number.isFinite(value)) sample[metric] = value;
  };
  for (const { name, link, member, suite } of nodes) {
    if (link.state === "known") {
      put(`node.reachable:${name}`, Number(link.value.reachable));
      if (link.value.roundTripMs !== null) put(`node.roundtrip:${name}`, link.value.roundTripMs / 1000);
    }
    if (member.state === "known") put(`node.alive:${name}`, Number(member.value === "alive"));
    if (suite.state === "known") put(`ha.eligible:${name}`, Number(suite.value?.eligible === true));
    if (owner.state === "known") put(`ha.owner:${name}`, Number(owner.value?.node === name));
  }
  if (owner.state === "known" && owner.value !== null) put("ha.epoch", owner.value.epoch);
  if (ha.state === "unknown") return sample;
  const { lease, alarms, ceph } = ha.value;
  put("ha.alarms", alarms.length);
  if (lease?.state === "known") put("ha.lease-age", lease.value.ageSeconds);
  if (ceph.state === "known") cephFigures(ceph.value, put);
  return sample;
}

function cephFigures(ceph: CephStatus, put: (metric: string, value: number | undefined) => void): void {
  put("ceph.health", healthFigures[ceph.health]);
  put("ceph.size", ceph.bytes.total);
  put("ceph.used", ceph.bytes.used);
  put("ceph.available", ceph.bytes.available);
  put("ceph.data", ceph.bytes.data);
  put("ceph.read", ceph.clientIo.readBytesPerSecond);
  put("ceph.write", ceph.clientIo.writeBytesPerSecond);
  put("ceph.operations", ceph.clientIo.operationsPerSecond);
  put("ceph.read-operations", ceph.clientIo.readOperationsPerSecond);
  put("ceph.write-operations", ceph.clientIo.writeOperationsPerSecond);
  put("ceph.recovery", ceph.recovery?.bytesPerSecond);
  put("ceph.osds", ceph.osds.total);
  put("ceph.osds-up", ceph.osds.up);
  put("ceph.osds-in", ceph.osds.in);
  put("ceph.pgs", ceph.pgs.total);
  put("ceph.pgs-clean", ceph.pgs.byState["active+clean"] ?? 0);
  put("ceph.monitors", ceph.monitors.length);
  put("ceph.monitors-in-quorum", ceph.monitors.filter(({ inQuorum }) => inQuorum).length);
}
