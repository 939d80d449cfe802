/** Subject of a maintenance that concerns all nodes; otherwise it is the node's name. */
export const wholeCluster = "cluster";

/** The flags the manual sets for the whole cluster; for one node `noout` on its host alone does the same without touching the others. */
export const manualFlags = ["noout", "nobackfill", "norecover"] as const;
