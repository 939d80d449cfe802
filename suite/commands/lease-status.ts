import type { LeaseStatus } from "@/contract/ha-status";
import type { ConsulSeen } from "@/suite/core/seen";

/** A lock without a session is held by nobody; what its value says is history. The holder's own line is its sign of life. */
export function leaseOf(seen: ConsulSeen, nowMs: number): LeaseStatus {
  const { record, session } = seen.owner;
  if (record === null || session === null)
    return { holder: null, epoch: null, since: null, confirmedAt: null, ageSeconds: null };
  const line = seen.peers[record.node];
  const confirmedAt = line?.session === session ? line.record.at : null;
  const ageMs = confirmedAt === null ? null : nowMs - Date.parse(confirmedAt);
  return {
    holder: record.node,
    epoch: record.epoch,
    since: record.at,
    confirmedAt,
    // Clocks of two nodes differ by a little: an age below zero is now.
    ageSeconds: ageMs === null ? null : Math.max(0, Math.round(ageMs / 100) / 10),
  };
}
