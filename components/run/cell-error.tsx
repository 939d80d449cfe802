"use client";

import { useTranslations } from "next-intl";
import type { CellPlace } from "@/components/run/current-cell";
import { useRunWords } from "@/components/run/run-words";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner, type BannerTone } from "@/components/ui/banner";
import { CodeBlock } from "@/components/ui/code-block";
import type { CellState } from "@/contract/run";
import type { CellProgress } from "@/contract/run-progress";

const tones: Partial<Record<CellState, BannerTone>> = {
  failed: "failed",
  "undo-failed": "failed",
  blocked: "needs-you",
  unknown: "unknown",
};

/** What failed, where, what it means, what to do; below, the words of the machine. */
export function CellError({ place, cell }: { place: CellPlace; cell: CellProgress }) {
  const t = useTranslations("run.error");
  const words = useRunWords();
  const sentence = useSentence();
  const { one } = useCopyLabels();
  const tone = tones[cell.state];
  if (tone === undefined) return null;
  const state = cell.state as "failed" | "undo-failed" | "blocked" | "unknown";
  const title = t(`title.${state}`, { step: words.step(place.step), cell: words.cell(place.cell) });
  return (
    <div className="flex flex-col gap-3">
      <Banner tone={tone} stateLabel={words.cellState(cell.state)} title={title}>
        <p>{cell.error === null ? cell.reason !== null && sentence(cell.reason) : words.meaning(cell.error)}</p>
        <p className="pt-1">{cell.error?.advice === undefined ? t(`advice.${state}`) : sentence(cell.error.advice)}</p>
      </Banner>
      {cell.error !== null && (
        <CodeBlock
          label={t("detail")}
          text={String(sentence.fact(cell.error.saying ?? cell.error.detail))}
          copyLabels={one}
          wrap
        />
      )}
      {cell.leftChanged.length > 0 && (
        <CodeBlock label={t("byHand")} text={cell.leftChanged.join("\n")} copyLabels={one} wrap />
      )}
    </div>
  );
}
