/** Ceph's flags a person sets for maintenance. Others are its own bookkeeping (sortbitwise …) and end by no command. */
export const maintenanceFlags: ReadonlySet<string> = new Set([
  "noout",
  "noup",
  "nodown",
  "noin",
  "nobackfill",
  "norecover",
  "norebalance",
  "noscrub",
  "nodeep-scrub",
  "notieragent",
  "nosnaptrim",
  "pauserd",
  "pausewr",
]);
