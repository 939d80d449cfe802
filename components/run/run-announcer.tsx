"use client";

import { useTranslations } from "next-intl";
import type { Happening } from "@/components/run/run-feed";
import { useRunWords } from "@/components/run/run-words";

/** Says state changes to screen readers as they come; what was there when the page opened is not news. */
export function RunAnnouncer({ latest, knownSeq }: { latest: Happening | null; knownSeq: number }) {
  const t = useTranslations("run.said");
  const shell = useTranslations("shell.runState");
  const words = useRunWords();
  const sentence = (): string => {
    if (latest === null || latest.seq <= knownSeq) return "";
    const { body } = latest.event;
    switch (body.kind) {
      case "run-state":
        return t("run", { state: shell(body.state) });
      case "run-requested":
        return t("taken", { holder: body.actor });
      case "step-succeeded":
      case "step-failed":
      case "step-unknown":
      case "step-undone":
      case "step-undo-failed":
        return t(body.kind, { step: words.step(body.step), cell: words.cell(body.cell) });
      default:
        return "";
    }
  };
  return (
    <output className="sr-only" aria-live="polite">
      {sentence()}
    </output>
  );
}
