import type { ClusterStatus } from "@/contract/cluster-status";
import type { Change } from "@/lib/change";

/**
 * Of the stream of a cluster's status. The first message is all of it, each later one what has changed since the one before: of twenty kilobytes
 * a few hundred bytes. Who comes back begins with a whole one again, so that nothing that was missed needs to be repeated.
 */
export type StatusMessage =
  | { readonly whole: ClusterStatus }
  /** `from` is the revision of the status it was made from. */
  | { readonly from: number; readonly change: Change };
