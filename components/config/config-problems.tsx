"use client";

import { messageFacts } from "@/components/deployment/problem-text";
import { useTranslations } from "next-intl";
import { useSentence } from "@/components/shell/use-sentence";
import { StateMark } from "@/components/ui/state-mark";
import { problemMessage } from "@/contract/config-problem-text";
import type { HaConfig } from "@/contract/ha-config";
import { checkHaConfig } from "@/contract/ha-config-check";

/** The same judgement check-config gives on a node. */
export function ConfigProblems({ config }: { config: HaConfig }) {
  const t = useTranslations();
  const sentence = useSentence();
  const problems = checkHaConfig(config);
  if (problems.length === 0) return <StateMark state="done" label={t("config.noProblems")} className="font-normal" />;
  return (
    <ul className="flex flex-col gap-1">
      {problems.map((problem) => {
        const key = `problems.${problem.code}`;
        const said = t.has(key)
          ? `${problem.path}: ${t(key, messageFacts(problem.facts, sentence.fact))}`
          : problemMessage(problem);
        return (
          <li key={`${problem.path} ${problem.code}`}>
            <StateMark
              state={problem.severity === "error" ? "failed" : "needs-you"}
              label={said}
              className="font-normal"
            />
          </li>
        );
      })}
    </ul>
  );
}
