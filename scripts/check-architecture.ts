import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkArchitecture, type SourceFile, type Violation } from "@/scripts/architecture";
import { exceptions } from "@/scripts/architecture-rules";

const root = join(import.meta.dirname, "..");

/** Made by programs, or not ours. Folders whose name begins with a dot are passed over too. */
const passedOver = new Set(["node_modules", "dist", "data", "out", "coverage", "test-results", "playwright-report"]);

/** Every TypeScript file of the project. Not asked of git: an exported tree must pass the same check. */
export function sourceFiles(): SourceFile[] {
  return pathsBelow("").map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

function pathsBelow(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        const isPassedOver = entry.name.startsWith(".") || passedOver.has(entry.name) || path === "prisma/generated";
        return isPassedOver ? [] : pathsBelow(path);
      }
      return entry.isFile() && /\.m?tsx?$/.test(path) && path !== "next-env.d.ts" ? [path] : [];
    });
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
