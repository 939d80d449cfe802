"use client";

import { useTranslations } from "next-intl";
import { messageValues } from "@/components/client/error-report";
import { useSentence } from "@/components/shell/use-sentence";
import type { MarkState } from "@/components/ui/state-mark";
import type { ErrorReport } from "@/contract/errors";
import { type CellState, clusterCell, type PlannedStep } from "@/contract/run";
import type { RunActionVerdict } from "@/contract/run-actions";

export const cellMarks: Record<CellState, MarkState> = {
  pending: "pending",
  checking: "running",
  blocked: "needs-you",
  running: "running",
  verifying: "running",
  "not-needed": "not-needed",
  "observed-succeeded": "done",
  failed: "failed",
  unknown: "unknown",
  undoing: "running",
  undone: "not-needed",
  "undo-failed": "failed",
};

/** Words of a run in the reader's language. A step whose name is not translated yet shows its id: never nothing. */
export function useRunWords() {
  const t = useTranslations("run");
  const all = useTranslations();
  const sentence = useSentence();
  const step = (id: string): string => (t.has(`step.${id}`) ? t(`step.${id}`) : id);
  return {
    step,
    phase: (phase: PlannedStep["phase"]): string => t(`phase.${phase}`),
    cell: (cell: string): string => (cell === clusterCell ? t("cluster") : cell),
    cellState: (state: CellState): string => t(`cellState.${state}`),
    refusal: (verdict: RunActionVerdict): string | null => {
      if (verdict.allowed) return null;
      const named = verdict.facts["step"];
      return t(`refusal.${verdict.because}`, {
        step: named === undefined ? "" : step(named),
        holder: verdict.facts["holder"] ?? "",
        node: verdict.facts["node"] ?? "",
      });
    },
    meaning: (error: ErrorReport): string => {
      const key = `errors.${error.code}`;
      return all.has(key) ? all(key, messageValues(error, sentence.fact)) : error.detail;
    },
  };
}
export type RunWords = ReturnType<typeof useRunWords>;
