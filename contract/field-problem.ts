import type { FieldProblem } from "@/contract/preflight";

type ProblemFacts = FieldProblem["facts"];

export const fieldError = (path: string, code: string, facts: ProblemFacts = {}): FieldProblem => ({
  path,
  code,
  severity: "error",
  facts,
});

export const fieldAdvice = (path: string, code: string, facts: ProblemFacts = {}): FieldProblem => ({
  path,
  code,
  severity: "advice",
  facts,
});

/** Problems of a field and of everything below it: "networks.storage" has those of "networks.storage.onNodes.0.ip". */
export function problemsAt(problems: readonly FieldProblem[], path: string): FieldProblem[] {
  return problems.filter((problem) => problem.path === path || problem.path.startsWith(`${path}.`));
}
