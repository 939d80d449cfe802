import { readFile } from "node:fs/promises";
import { problemMessage, syntaxMessage } from "@/contract/config-problem-text";
import { parseConfigText } from "@/contract/config-text";
import { AppError } from "@/contract/errors";
import type { HaConfig } from "@/contract/ha-config";
import { checkHaConfig, hasErrors } from "@/contract/ha-config-check";
import type { FieldProblem } from "@/contract/preflight";

export interface CheckedConfig {
  config: HaConfig;
  /** Nothing here refuses the configuration. */
  advice: FieldProblem[];
}

export async function readCheckedConfig(path: string): Promise<CheckedConfig> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new AppError("not-found", `the configuration file ${path} cannot be read`, { facts: { path }, cause });
  }
  return checkConfigText(text, path);
}

export function checkConfigText(text: string, path: string): CheckedConfig {
  const parsed = parseConfigText(text);
  if (parsed.kind === "syntax") {
    throw new AppError("config-invalid", `${path} is not valid JSON: ${syntaxMessage(parsed.problem)}`, {
      facts: { path, line: parsed.problem.line, column: parsed.problem.column, expected: parsed.problem.expected },
    });
  }
  if (parsed.kind === "shape") throw refusal(path, parsed.problems);
  const problems = [...checkHaConfig(parsed.config), ...parsed.advice];
  if (hasErrors(problems)) throw refusal(path, problems);
  return { config: parsed.config, advice: problems };
}

function refusal(path: string, problems: readonly FieldProblem[]): AppError {
  const errors = problems.filter((problem) => problem.severity === "error");
  const lines = errors.map((problem) => `\n  ${problemMessage(problem)}`).join("");
  return new AppError(
    "config-invalid",
    `${path} has ${errors.length} problem${errors.length === 1 ? "" : "s"}:${lines}`,
    {
      facts: { path, problems: errors.length, first: errors[0]?.path ?? "" },
    },
  );
}
