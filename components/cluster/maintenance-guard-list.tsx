"use client";

import { useTranslations } from "next-intl";
import { useSentence } from "@/components/shell/use-sentence";
import { type MarkState, StateMark } from "@/components/ui/state-mark";
import type { MaintenanceGuard } from "@/contract/maintenance-guards";

const marks: Record<MaintenanceGuard["state"], MarkState> = { holds: "done", fails: "failed", unknown: "unknown" };

/** What must hold, each with what is seen of it now. Changes are read out. */
export function MaintenanceGuardList({ guards }: { guards: readonly MaintenanceGuard[] }) {
  const t = useTranslations("maintenance.guard");
  const sentence = useSentence();
  return (
    <ul aria-live="polite">
      {guards.map(({ code, state, sentence: said }) => (
        <li key={code} className="flex flex-col border-line px-4 py-2 not-last:border-b">
          <StateMark state={marks[state]} label={t(code)} className={state === "holds" ? "font-normal text-ink" : ""} />
          <span className="pl-5 text-xs text-muted">{sentence(said)}</span>
        </li>
      ))}
    </ul>
  );
}
