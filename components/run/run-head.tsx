"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { runMarks } from "@/components/shell/runs-tray";
import { useTimeText } from "@/components/shell/use-time-text";
import { Progress } from "@/components/ui/progress";
import { StateMark } from "@/components/ui/state-mark";
import { isRunActive, type Plan } from "@/contract/run";
import { estimateRun } from "@/contract/run-estimate";
import { type RunHistory, remainingByHistory } from "@/contract/run-history";
import type { RunProgress } from "@/contract/run-progress";

export interface RunHeadProps {
  plan: Plan;
  progress: RunProgress;
  nowMs: number | null;
  /** How long runs of this kind took before. */
  history: RunHistory;
  /** Name of who looks at it. */
  username: string;
  actions: ReactNode;
}

/** State in a word, how far, how long it took and how long it still takes. */
export function RunHead({ plan, progress, nowMs, history, username, actions }: RunHeadProps) {
  const t = useTranslations("run.head");
  const shell = useTranslations("shell.runState");
  const { duration } = useTimeText();
  const estimate = nowMs === null ? null : estimateRun(plan, progress, nowMs);
  const remaining =
    nowMs === null ? null : (remainingByHistory(plan, progress, history, nowMs) ?? estimate?.remainingSeconds ?? null);
  const parts =
    estimate === null
      ? []
      : [
          t("steps", { done: estimate.stepsDone, total: estimate.stepsTotal }),
          t(isRunActive(progress.state) ? "elapsed" : "took", { time: duration(Math.round(estimate.elapsedSeconds)) }),
          history.medianSeconds === null
            ? null
            : t("usual", { time: duration(roundedForEstimate(history.medianSeconds)), runs: history.runs }),
          remaining === null ? null : t("remaining", { time: duration(roundedForEstimate(remaining)) }),
        ];
  return (
    <div className="flex flex-col gap-3 pb-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <StateMark state={runMarks[progress.state]} label={shell(progress.state)} size="lg" className="text-lg" />
          {progress.holder !== null && isRunActive(progress.state) && (
            <span className="text-muted">
              {progress.holder === username ? t("heldByYou") : t("held", { holder: progress.holder })}
            </span>
          )}
        </div>
        <div className="print:hidden">{actions}</div>
      </div>
      <Progress
        label={t("progress")}
        fraction={estimate?.fraction ?? 0}
        text={parts.filter((part) => part !== null).join(" · ")}
      />
    </div>
  );
}

/** An estimate is no measurement: to the next 10 s below five minutes, to the next minute above. */
function roundedForEstimate(seconds: number): number {
  const grain = seconds < 300 ? 10 : 60;
  return Math.ceil(seconds / grain) * grain;
}
