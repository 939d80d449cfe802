"use client";

import { useTranslations } from "next-intl";
import { useSentence } from "@/components/shell/use-sentence";
import { type MarkState, StateMark } from "@/components/ui/state-mark";
import type { LifecycleGuard } from "@/contract/lifecycle-guards";

const marks: Record<LifecycleGuard["state"], MarkState> = { holds: "done", fails: "failed", unknown: "unknown" };

/** What must hold, each with what is seen of it now. Changes are read out. */
export function LifecycleGuardList({ guards }: { guards: readonly LifecycleGuard[] }) {
  const t = useTranslations("lifecycle.guard");
  const sentence = useSentence();
  return (
    <ul aria-live="polite">
      {guards.map(({ code, state, sentence: said }) => (
        <li key={code} className="border-b border-line px-4 py-2 last:border-b-0">
          <StateMark state={marks[state]} label={t(code)} className="font-normal" />
          <p className="pl-5 text-xs text-muted">{sentence(said)}</p>
        </li>
      ))}
    </ul>
  );
}
