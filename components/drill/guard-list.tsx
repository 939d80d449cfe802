"use client";

import { useTranslations } from "next-intl";
import { useSentence } from "@/components/shell/use-sentence";
import { type MarkState, StateMark } from "@/components/ui/state-mark";
import type { DrillGuard } from "@/contract/drill-guards";

const marks: Record<DrillGuard["state"], MarkState> = { holds: "done", fails: "failed", unknown: "unknown" };

/** Every fact a sentence may name. */
const noFacts = { alive: 0, count: 0, flags: "", needed: 0, node: "", nodes: "", reason: "", run: "", total: 0 };

/** What must hold, each with what is seen of it now. Changes are read out. */
export function GuardList({ guards }: { guards: readonly DrillGuard[] }) {
  const t = useTranslations("drill.guard");
  const sentence = useSentence();
  const factsOf = ({ facts }: DrillGuard) => ({
    ...noFacts,
    ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, sentence.fact(value)])),
  });
  return (
    <ul aria-live="polite">
      {guards.map((guard) => (
        <li key={guard.code} className="flex flex-col border-line px-4 py-2 not-last:border-b">
          <StateMark
            state={marks[guard.state]}
            label={t(`${guard.code}.name`)}
            className={guard.state === "holds" ? "font-normal text-ink" : ""}
          />
          <span className="pl-5 text-xs text-muted">
            {t(guard.state === "unknown" ? "unknown" : `${guard.code}.${guard.state}`, factsOf(guard))}
          </span>
        </li>
      ))}
    </ul>
  );
}
