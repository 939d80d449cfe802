"use client";

import { useTranslations } from "next-intl";
import { useProblemText } from "@/components/deployment/problem-text";
import { StateMark } from "@/components/ui/state-mark";
import type { FieldProblem } from "@/contract/preflight";

/** The same judgement check-config gives on a node. */
export function ConfigProblems({ problems }: { problems: readonly FieldProblem[] }) {
  const t = useTranslations("config");
  const text = useProblemText();
  if (problems.length === 0) return <StateMark state="done" label={t("noProblems")} className="font-normal" />;
  return (
    <ul className="flex flex-col gap-1">
      {problems.map((problem) => (
        <li key={`${problem.path} ${problem.code}`}>
          <StateMark
            state={problem.severity === "error" ? "failed" : "needs-you"}
            label={`${problem.path === "" ? t("title") : problem.path}: ${text(problem)}`}
            className="font-normal"
          />
        </li>
      ))}
    </ul>
  );
}
