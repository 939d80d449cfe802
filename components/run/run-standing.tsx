"use client";

import { useTranslations } from "next-intl";
import { useRunWords } from "@/components/run/run-words";
import { TimeAge } from "@/components/shell/time-age";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner, type BannerTone } from "@/components/ui/banner";
import type { Plan, RunState } from "@/contract/run";
import { stillChanged } from "@/contract/run-actions";
import { cellOf, isStopped, type RunProgress } from "@/contract/run-progress";

const tones: Partial<Record<RunState, BannerTone>> = {
  parked: "needs-you",
  "undo-failed": "failed",
  succeeded: "good",
  cancelled: "note",
  undone: "note",
};

/** Why the run stands still or how it ended, what that means and what to do. Nothing while it moves. */
export function RunStanding({ plan, progress }: { plan: Plan; progress: RunProgress }) {
  const t = useTranslations("run.standing");
  const words = useRunWords();
  const sentence = useSentence();
  const tone = tones[progress.state];
  if (tone === undefined) return null;
  const state = progress.state as "parked" | "undo-failed" | "succeeded" | "cancelled" | "undone";
  const kind = state === "parked" ? (progress.reason ?? "step-failed") : state;
  const stopped = plan.steps.flatMap((step) =>
    step.cells
      .filter((cell) => isStopped(cellOf(progress, step.id, cell)))
      .map((cell) => `${words.step(step.id)} · ${words.cell(cell)}`),
  );
  const left = state === "succeeded" ? [] : stillChanged(plan, progress);
  return (
    <Banner
      tone={tone}
      stateLabel={t("stateLabel")}
      title={t(`${kind}.title`)}
      aside={progress.endedAt !== null && <TimeAge at={progress.endedAt} />}
    >
      <p>{t(`${kind}.means`)}</p>
      {state === "succeeded" && <p>{t(`wayBack.${plan.kind}`)}</p>}
      {state === "parked" && stopped.length > 0 && (
        <ul className="list-disc pl-5">
          {stopped.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      {(progress.reason === "code-changed" || progress.reason === "cluster-locked") && progress.because !== null && (
        <p>{sentence(progress.because)}</p>
      )}
      {state !== "parked" && left.length > 0 && (
        <details className="pt-1">
          <summary className="cursor-pointer">{t("left", { count: left.length })}</summary>
          <ul className="list-disc pl-5">
            {left.map(({ step, cell }) => (
              <li key={`${step}/${cell}`}>
                {words.step(step)} · {words.cell(cell)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Banner>
  );
}
