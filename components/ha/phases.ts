import type { HistoryRecord } from "@/contract/consul-keys";

/** In the order in which they happen. */
export const historyPhases = ["detect", "elect", "fence", "start", "copy", "guest"] as const;
export type HistoryPhase = (typeof historyPhases)[number];

export const measuredPhases = (seconds: HistoryRecord["seconds"]): { phase: HistoryPhase; value: number }[] =>
  historyPhases.flatMap((phase) => {
    const value = seconds[phase];
    return value === undefined ? [] : [{ phase, value }];
  });

/** One accent in steps: the phases are told apart by their place and figures, the shade only shows where one ends. */
export const phaseShades: Record<HistoryPhase, string> = {
  detect: "bg-accent",
  elect: "bg-accent/35",
  fence: "bg-accent/85",
  start: "bg-accent/55",
  copy: "bg-accent/70",
  guest: "bg-accent/20",
};
