import type { NodeLink } from "@/contract/cluster-status";
import type { Observed } from "@/contract/observed";

/** Nodes lost within this time were lost at once: probes are 5 s apart and take up to 4. Longer blames the panel for two failures in a row. */
const atOnceMs = 15_000;

export interface LossRecord {
  /** Node → when it was first found unreachable after having been reachable; absent while reachable. */
  lostAt: Readonly<Record<string, number>>;
}
export const noLosses: LossRecord = { lostAt: {} };

/** Folds the newest links into the record. A node that was never reached was not lost. */
export function recordLosses(
  before: LossRecord,
  previous: Readonly<Record<string, Observed<NodeLink>>>,
  links: Readonly<Record<string, Observed<NodeLink>>>,
  nowMs: number,
): LossRecord {
  const lostAt: Record<string, number> = {};
  for (const [node, link] of Object.entries(links)) {
    if (link.state === "known" && link.value.reachable) continue;
    const since = before.lostAt[node];
    const earlier = previous[node];
    const wasReachable = earlier?.state === "known" && earlier.value.reachable;
    if (since !== undefined) lostAt[node] = since;
    else if (wasReachable) lostAt[node] = nowMs;
  }
  return { lostAt };
}

/**
 * Two or more nodes vanished at once, and Consul, if it can still be heard, does not agree that they failed: the way from the panel is
 * the likelier cause. Heard through a node that is left, Consul's word settles it.
 */
export function isPanelNetworkSuspect(losses: LossRecord, failedMembers: ReadonlySet<string> | null): boolean {
  const unexplained = Object.entries(losses.lostAt).filter(([node]) => !(failedMembers?.has(node) ?? false));
  return unexplained.some(
    ([, at], i) => unexplained.findIndex(([, other], j) => i !== j && Math.abs(at - other) <= atOnceMs) >= 0,
  );
}
