"use client";

import { useTranslations } from "next-intl";
import { CellCommands } from "@/components/run/cell-commands";
import { CellError } from "@/components/run/cell-error";
import type { CellPlace } from "@/components/run/current-cell";
import type { LogLine } from "@/components/run/log-lines";
import { RunOutput } from "@/components/run/run-output";
import { cellMarks, useRunWords } from "@/components/run/run-words";
import { useSentence } from "@/components/shell/use-sentence";
import { useTimeText } from "@/components/shell/use-time-text";
import { Banner } from "@/components/ui/banner";
import { Panel } from "@/components/ui/panel";
import { Progress } from "@/components/ui/progress";
import { StateMark } from "@/components/ui/state-mark";
import type { PlannedStep } from "@/contract/run";
import { cellElapsedSeconds, slowerThanUsual } from "@/contract/run-estimate";
import { type CellProgress, isMoving } from "@/contract/run-progress";
import type { Sentence } from "@/contract/sentence";

export interface CellDetailProps {
  step: PlannedStep;
  place: CellPlace;
  cell: CellProgress;
  lines: readonly LogLine[];
  /** The same as printed. */
  raw: string;
  nowMs: number | null;
  /** What the step took in runs before; null: it never ran. */
  usualSeconds: number | null;
}

export function CellDetail({ step, place, cell, lines, raw, nowMs, usualSeconds }: CellDetailProps) {
  const t = useTranslations("run.detail");
  const words = useRunWords();
  const sentence = useSentence();
  const { duration } = useTimeText();
  const elapsed = nowMs === null || cell.startedAt === null ? null : cellElapsedSeconds(cell, nowMs);
  const slow = nowMs === null ? null : slowerThanUsual(step, cell, nowMs, usualSeconds);
  const title = `${words.step(place.step)} · ${words.cell(place.cell)}`;
  return (
    <Panel
      title={title}
      aside={
        <>
          {cell.attempt > 1 && <span>{t("attempt", { attempt: cell.attempt })}</span>}
          {usualSeconds !== null && usualSeconds >= 1 && (
            <span className="tabular-nums">{t("usual", { time: duration(Math.round(usualSeconds)) })}</span>
          )}
          {elapsed !== null && <span className="tabular-nums">{duration(Math.round(elapsed))}</span>}
          <StateMark state={cellMarks[cell.state]} label={words.cellState(cell.state)} />
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {isMoving(cell) && (
          <Progress
            label={title}
            fraction={cell.fraction}
            text={progressText(cell, sentence, (seconds) => t("remaining", { time: duration(seconds) }))}
          />
        )}
        {slow !== null && (
          <Banner
            tone="note"
            title={t("slow", { usual: duration(slow.usualSeconds), now: duration(Math.round(slow.elapsedSeconds)) })}
          >
            {t("slowAdvice")}
          </Banner>
        )}
        <CellError place={place} cell={cell} />
        {cell.observed !== null && (
          <p>
            <span className="text-muted">{t("observed")}</span> {sentence(cell.observed)}
          </p>
        )}
        <CellCommands step={step} cell={place.cell} />
        <RunOutput key={`${place.step}/${place.cell}`} lines={lines} raw={raw} label={t("log", { title })} />
      </div>
    </Panel>
  );
}

function progressText(
  cell: CellProgress,
  sentence: (text: Sentence) => string,
  remaining: (seconds: number) => string,
): string {
  const parts = [
    cell.fraction === null ? null : `${Math.round(cell.fraction * 100)} %`,
    cell.progressText === null ? null : sentence(cell.progressText),
    cell.remainingSeconds === null ? null : remaining(Math.round(cell.remainingSeconds)),
  ];
  return parts.filter((part) => part !== null && part !== "").join(" · ");
}
