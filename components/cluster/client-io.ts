import type { ClusterStatus } from "@/contract/cluster-status";

/** Ten minutes of readings every ten seconds. More = a chart too dense to read; fewer = a blip looks like the whole story. */
const keptPoints = 60;

export interface ClientIoPoint {
  seconds: number;
  read: number | null;
  write: number | null;
}

/** The points with one more reading, if it is a new one. A reading that failed is a gap, not a line across it. */
export function withClientIo(points: readonly ClientIoPoint[], status: ClusterStatus): readonly ClientIoPoint[] {
  const seconds = Date.parse(status.ha.at) / 1000;
  if (Number.isNaN(seconds) || (points.at(-1)?.seconds ?? 0) >= seconds) return points;
  const ceph = status.ha.state === "known" ? status.ha.value.ceph : null;
  const io = ceph?.state === "known" ? ceph.value.clientIo : null;
  const point = { seconds, read: io?.readBytesPerSecond ?? null, write: io?.writeBytesPerSecond ?? null };
  return [...points, point].slice(-keptPoints);
}
