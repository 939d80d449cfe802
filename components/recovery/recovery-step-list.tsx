"use client";

import { useTranslations } from "next-intl";
import { stepMarks } from "@/components/recovery/recovery-words";
import { useSentence } from "@/components/shell/use-sentence";
import { StateMark } from "@/components/ui/state-mark";
import type { RecoveryStep } from "@/contract/recovery-steps";

/** The manual's steps in its order: what to do, and what is seen of it now. Changes are read out. */
export function RecoveryStepList({ steps }: { steps: readonly RecoveryStep[] }) {
  const t = useTranslations("recovery.step");
  const sentence = useSentence();
  return (
    <ol aria-live="polite">
      {steps.map(({ id, state, sentence: said }, place) => (
        <li key={id} className="flex gap-3 border-line px-4 py-2.5 not-last:border-b">
          <span aria-hidden className="w-5 text-right text-muted tabular-nums">
            {place + 1}
          </span>
          <div className="min-w-0 flex-1">
            <StateMark state={stepMarks[state]} label={t(`${id}.title`)} />
            <p className="text-muted">{t(`${id}.how`)}</p>
            <p className="text-xs">{sentence(said)}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}
