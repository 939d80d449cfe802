import type { z } from "zod";
import { severityRank } from "@/contract/event-kinds";
import type { clusterEventSchema } from "@/contract/event-schema";

export type ClusterEvent = z.infer<typeof clusterEventSchema>;
export type EventFacts = ClusterEvent["facts"];

/** Somebody has taken note, and it is neither worse nor back nor is his time over. */
export function isQuiet({ acknowledged, severity, count }: ClusterEvent, nowMs: number): boolean {
  if (acknowledged === null) return false;
  const over = acknowledged.until !== null && Date.parse(acknowledged.until) <= nowMs;
  return !over && severityRank(severity) <= severityRank(acknowledged.severity) && count === acknowledged.count;
}

/** Stands now and is worth a person's time. */
export const isStandingAlarm = ({ endedAt, severity }: Pick<ClusterEvent, "endedAt" | "severity">): boolean =>
  endedAt === null && severity !== "info";

/** Worst first, then the oldest. */
export const byUrgency = (a: ClusterEvent, b: ClusterEvent): number =>
  severityRank(b.severity) - severityRank(a.severity) || a.beganAt.localeCompare(b.beganAt);
