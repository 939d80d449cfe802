import type { ClusterStatus } from "@/contract/cluster-status";
import { factsOfStatus, type GuardFacts, type MaintenanceGuard, nodeGuards } from "@/contract/maintenance-guards";
import { sentenceText } from "@/contract/sentence";

export interface PowerOffLight {
  /** Unknown: a reading is missing and nothing that was read forbids it. Never green by guess. */
  readonly light: "safe" | "unsafe" | "unknown";
  /** Every guard that does not hold, with its sentence. */
  readonly reasons: readonly MaintenanceGuard[];
}

const unasked = { activeRun: null, okToStop: null, open: null } as const;

/**
 * May this node lose power now? Takes a status already passed through withStaleAsUnknown. A node that is off already is judged by
 * the same rules. `more`: what was asked besides the live status; without it only data with all its copies counts as safe.
 */
export function powerOffLight(
  status: ClusterStatus,
  node: string,
  more: Pick<GuardFacts, "activeRun" | "okToStop" | "open"> = unasked,
): PowerOffLight {
  const open = nodeGuards(factsOfStatus(status, more), node, "must-be-gone").filter(({ state }) => state !== "holds");
  // One silent program keeps several guards from being read; one sentence says so.
  const reasons = [...new Map(open.map((guard) => [sentenceText(guard.sentence), guard])).values()];
  const definite = reasons.some(({ state }) => state === "fails");
  return { light: definite ? "unsafe" : reasons.length > 0 ? "unknown" : "safe", reasons };
}
