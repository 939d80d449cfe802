// What the runners' reports say passed, failed and was skipped.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Lane, say, start } from "@/scripts/test-lane";

export const results = join(import.meta.dirname, "../test-results");

export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

const vitestSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number().default(0),
  numFailedTestSuites: z.number(),
});
const playwrightSchema = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

export const single = (isPassed: boolean): Count => ({
  passed: isPassed ? 1 : 0,
  failed: isPassed ? 0 : 1,
  skipped: 0,
});

export function sum(counts: readonly Count[]): Count {
  const total: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of counts) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  return total;
}

export const told = ({ passed, failed, skipped }: Count): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** A runner that ends badly without a failed test (a crash, no test found) counts as one failure of its own. */
function counted(isPassed: boolean, count: Count | null): Count {
  if (count === null) return { passed: 0, failed: 1, skipped: 0 };
  return !isPassed && count.failed === 0 ? { ...count, failed: 1 } : count;
}

function readReport<T>(file: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

export async function vitest(lane: Lane, project: string, env: Record<string, string> = {}): Promise<Count> {
  const file = join(results, `${project}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const isPassed = await start(lane, "vitest", ["run", "--project", project, ...reporters], { NO_COLOR: "1", ...env });
  const report = readReport(file, vitestSchema);
  return counted(
    isPassed,
    report && {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    },
  );
}

export async function playwright(
  lane: Lane,
  name: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Count> {
  const file = join(results, `${name}.json`);
  const isPassed = await start(lane, "playwright", ["test", ...args, "--reporter=list,json"], {
    // Its workers take no other word for it: they would warn of two.
    FORCE_COLOR: "0",
    PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    ...env,
  });
  const report = readReport(file, playwrightSchema);
  if (report !== null && report.stats.flaky > 0) say(lane, `${report.stats.flaky} passed only at the second look`);
  return counted(
    isPassed,
    report && {
      passed: report.stats.expected + report.stats.flaky,
      failed: report.stats.unexpected,
      skipped: report.stats.skipped,
    },
  );
}
