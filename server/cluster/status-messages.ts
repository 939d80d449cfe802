import type { ClusterStatus } from "@/contract/cluster-status";
import type { StatusMessage } from "@/contract/status-message";
import { changeBetween } from "@/lib/change";

/** Readers who are equally far are given the same message: it is made, and packed, once for all of them. */
const wholes = new WeakMap<ClusterStatus, StatusMessage>();
const changes = new WeakMap<ClusterStatus, WeakMap<ClusterStatus, StatusMessage>>();

export function messageFor(before: ClusterStatus | null, status: ClusterStatus): StatusMessage {
  const known = before === null ? wholes : (changes.get(before) ?? new WeakMap<ClusterStatus, StatusMessage>());
  if (before !== null && !changes.has(before)) changes.set(before, known);
  const message = known.get(status) ?? madeFor(before, status);
  known.set(status, message);
  return message;
}

const madeFor = (before: ClusterStatus | null, status: ClusterStatus): StatusMessage =>
  before === null ? { whole: status } : { from: before.revision, change: changeBetween(before, status) ?? { in: {} } };
