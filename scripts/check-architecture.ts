import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkArchitecture, type SourceFile, type Violation } from "@/scripts/architecture";
import { exceptions } from "@/scripts/architecture-rules";

const root = join(import.meta.dirname, "..");

/** Every TypeScript file that git knows or could know. */
export function sourceFiles(): SourceFile[] {
  const listed = execFileSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx", "*.mts"],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  return listed
    .split("\0")
    .toSorted()
    .filter((path) => path !== "" && path !== "next-env.d.ts" && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** Violations that no exception covers, and exceptions that cover none. */
export function unsettled(violations: readonly Violation[]): string[] {
  const covers = (violation: Violation) => (exception: { file: string; rule: string }) =>
    exception.file === violation.file && exception.rule === violation.rule;
  const open = violations
    .filter((violation) => !exceptions.some(covers(violation)))
    .map(({ file, rule, message }) => `${file}: ${message} [${rule}]`);
  const spare = exceptions
    .filter((exception) => !violations.some((violation) => covers(violation)(exception)))
    .map(({ file, rule }) => `${file}: needs no exception from [${rule}] any more: take it off the list`);
  return [...open, ...spare];
}

if (process.argv[1] === import.meta.filename) {
  const files = sourceFiles();
  const problems = unsettled(checkArchitecture(files));
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? `${files.length} files keep the house's rules.` : `${problems.length} problems.`);
  process.exit(problems.length === 0 ? 0 : 1);
}
