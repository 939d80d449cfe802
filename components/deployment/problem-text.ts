"use client";

import { useTranslations } from "next-intl";
import { useFieldProblems } from "@/components/deployment/field-problems";
import { useSentence } from "@/components/shell/use-sentence";
import { problemsAt } from "@/contract/field-problem";
import type { FieldProblem, PreflightResult } from "@/contract/preflight";
import { type SayingFact, sentenceText } from "@/contract/sentence";

/** ICU chooses by words: a fact that says nothing is "none". */
export function messageFacts(
  facts: FieldProblem["facts"],
  say: (value: SayingFact) => string | number,
): Record<string, string | number> {
  const said = Object.entries(facts).map(([name, value]) => [name, value === "" ? "none" : say(value)]);
  return { node: "none", planned: "none", ...Object.fromEntries(said) };
}

/** One sentence for a problem, in the reader's language. */
export function useProblemText(): (problem: FieldProblem) => string {
  const t = useTranslations("problems");
  const sentence = useSentence();
  const checkText = useCheckText();
  return (problem) => {
    const { check } = problem.facts;
    if (problem.code === "check-failed" || problem.code === "check-unknown") {
      const state = problem.code === "check-failed" ? "fail" : "unknown";
      const node = sentenceText(problem.facts.node ?? "") || null;
      return checkText.sentence({ id: sentenceText(check ?? ""), node, state, facts: problem.facts });
    }
    return t.has(problem.code) ? t(problem.code, messageFacts(problem.facts, sentence.fact)) : problem.code;
  };
}

type CheckSaying = Pick<PreflightResult, "node" | "state"> & { id: string; facts: FieldProblem["facts"] };

export function useCheckText() {
  const t = useTranslations("preflight");
  const sentence = useSentence();
  const title = (id: string) => t(`${id}.title`);
  const finding = ({ id, state, facts }: CheckSaying) =>
    state === "unknown" ? t("unknown") : t(`${id}.${state}`, messageFacts(facts, sentence.fact));
  return {
    title,
    finding,
    fix: ({ id, facts }: CheckSaying) => t(`${id}.fix`, messageFacts(facts, sentence.fact)),
    sentence: (saying: CheckSaying) =>
      [saying.node, title(saying.id), finding(saying)].filter((part) => part !== null).join(": "),
  };
}

/** What to show at one field: the first error, or else the first advice, of exactly this path (`below`: and under it). */
export function useFieldProblem(path: string, options: { below?: boolean } = {}) {
  const problems = useFieldProblems();
  const text = useProblemText();
  const here = problemsAt(problems, path).filter((problem) => options.below === true || problem.path === path);
  const error = here.find(({ severity }) => severity === "error");
  const advice = here.find(({ severity }) => severity === "advice");
  return {
    error: error === undefined ? undefined : text(error),
    advice: advice === undefined ? undefined : text(advice),
  };
}
