// npm test: every check there is, in the order in which a failure is cheapest; long ones in CI or by name. Last line: "N passed, N failed, N skipped".
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { hashFiles } from "@/scripts/hash-files";
import { ensureTestPackages } from "@/scripts/test-packages";

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules/.bin");
const results = join(root, "test-results");

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

interface Stage {
  name: string;
  /** Takes longer than anybody waits for: `ci` runs with CI=true too, `name` only when asked for by name. */
  only?: "ci" | "name";
  /** With `ci`: what it takes at most, as seen on a busy machine. */
  minutes?: number;
  run(): Count;
}

/** CI ends a run after 90 minutes and then knows nothing of it: a stage that might not be over by then counts as skipped, and is named. */
const ciMinutes = 86;

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

function start(command: string, args: readonly string[], env: Record<string, string> = {}): boolean {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", FORCE_COLOR: "0", ...env },
  });
  return result.status === 0;
}

const single = (isPassed: boolean): Count => ({ passed: isPassed ? 1 : 0, failed: isPassed ? 0 : 1, skipped: 0 });
const npmScript = (script: string) => (): Count => single(start("npm", ["run", "--silent", script]));

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

const vitest =
  (project: string, env: Record<string, string> = {}) =>
  (): Count => {
    const file = join(results, `${project}.json`);
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const isPassed = start(join(bin, "vitest"), ["run", "--project", project, ...reporters], env);
    const report = readReport(file, vitestSchema);
    return counted(
      isPassed,
      report && {
        passed: report.numPassedTests,
        failed: report.numFailedTests,
        skipped: report.numPendingTests + report.numTodoTests,
      },
    );
  };

const playwright =
  (name: string, args: readonly string[] = [], env: () => Record<string, string> = () => ({})) =>
  (): Count => {
    const file = join(results, `${name}.json`);
    const isPassed = start(join(bin, "playwright"), ["test", ...args, "--reporter=list,json"], {
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
      ...env(),
    });
    const report = readReport(file, playwrightSchema);
    if (report !== null && report.stats.flaky > 0) console.log(`${report.stats.flaky} passed only at the second look`);
    return counted(
      isPassed,
      report && {
        passed: report.stats.expected + report.stats.flaky,
        failed: report.stats.unexpected,
        skipped: report.stats.skipped,
      },
    );
  };

/** Another one for every other content: what passed here passes in CI, and a seed that found something is in the log. */
const seedOf = (...places: readonly string[]): number => Number.parseInt(hashFiles(root, places).slice(0, 6), 16);

/** Guards, chaos and faults come one after the other on one cluster: a deployment is two minutes. Only what passed hands it on. */
let isClusterLeft = false;

function handOn(from: Count, next: string): Count {
  isClusterLeft = leaves(next) && from.failed === 0;
  if (leaves(next) && !isClusterLeft) takeDown();
  return from;
}

const leaves = (next: string): boolean => wanted.some(({ name }) => name === next);
const takeDown = (): boolean => start(join(bin, "tsx"), ["lab/main.ts", "down"]);

const guards = (): Count => handOn(vitest("guards", leaves("chaos") ? { TRIVET_LEAVE_CLUSTER: "1" } : {})(), "chaos");

/** Twenty runs, on the deployed cluster that is up, or one of its own. */
function chaos(): Count {
  const seed = seedOf("suite", "contract");
  console.log(`seed ${seed}`);
  const args = ["--random", "--runs", "20", "--seed", String(seed), ...(leaves("faults") ? ["--keep"] : [])];
  return handOn(single(start("npm", ["run", "--silent", "chaos", "--", ...args])), "faults");
}

function faults(): Count {
  const count = vitest("faults", isClusterLeft ? { TRIVET_TAKE_CLUSTER: "1" } : {})();
  isClusterLeft = false;
  return count;
}

/** One story on one cluster; what begins with a cluster of its own is a stage of its own. */
const browserProjects = ["refusals", "deployment", "pages", "keyboard", "high-availability"].map(
  (name) => `--project=${name}`,
);

/** Where the panel is killed. */
const procedureSeed = (): Record<string, string> => ({
  TRIVET_SEED: process.env["TRIVET_SEED"] ?? String(seedOf("server", "suite", "contract")),
});

const stages: readonly Stage[] = [
  { name: "database clients", run: npmScript("db:generate") },
  { name: "types", run: npmScript("check:types") },
  { name: "lint", run: npmScript("check:lint") },
  { name: "format", run: npmScript("check:format") },
  { name: "architecture", run: npmScript("check:architecture") },
  { name: "unused", run: npmScript("check:unused") },
  { name: "unit", run: vitest("unit") },
  { name: "build", run: npmScript("build") },
  { name: "first load", run: () => single(start(join(bin, "tsx"), ["scripts/check-first-load.ts"])) },
  { name: "test cluster", run: vitest("lab") },
  { name: "browser", run: playwright("playwright", browserProjects) },
  { name: "states", only: "name", run: playwright("states", ["--config", "e2e/states/states.config.ts"]) },
  { name: "maintenance faults", only: "name", run: vitest("maintenance-faults") },
  { name: "nodes", only: "name", run: playwright("nodes", ["--project=nodes"]) },
  { name: "nodes faults", only: "name", run: vitest("nodes-faults") },
  { name: "suite lifecycle", only: "name", run: vitest("suite-lifecycle") },
  { name: "recovery", only: "name", run: vitest("recovery") },
  { name: "file image", only: "name", run: vitest("file-image") },
  { name: "bonded", only: "name", run: vitest("bonded") },
  { name: "guards", only: "ci", minutes: 12, run: guards },
  { name: "chaos", only: "ci", minutes: 20, run: chaos },
  { name: "faults", only: "ci", minutes: 23, run: faults },
  // Brings the projects it depends on along: the maintenance of a cluster, then the life of its suite.
  {
    name: "procedures",
    only: "ci",
    minutes: 14,
    run: playwright("procedures", ["--project=lifecycle"], procedureSeed),
  },
  {
    name: "bonded browser",
    only: "ci",
    minutes: 12,
    run: playwright("bonded-browser", ["--config", "e2e/bonded/bonded.config.ts"]),
  },
];

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
ensureTestPackages();
const asked = process.argv.slice(2);
const unheard = asked.filter((name) => !stages.some((stage) => stage.name === name));
if (unheard.length > 0) {
  console.error(`no stage ${unheard.join(", ")}; there are: ${stages.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
const isWanted = ({ name, only }: Stage): boolean =>
  asked.length > 0 ? asked.includes(name) : only === undefined || (only === "ci" && process.env["CI"] === "true");
const total: Count = { passed: 0, failed: 0, skipped: 0 };
const wanted = stages.filter(isWanted);
for (const stage of wanted) {
  const minutesSoFar = performance.now() / 60_000;
  if (asked.length === 0 && minutesSoFar + (stage.minutes ?? 0) > ciMinutes) {
    console.log(`\n== ${stage.name}: not begun after ${minutesSoFar.toFixed(0)} of ${ciMinutes} minutes`);
    total.skipped += 1;
    continue;
  }
  const began = performance.now();
  console.log(`\n== ${stage.name}`);
  const count = stage.run();
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `== ${stage.name}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped (${seconds} s)`,
  );
}
if (isClusterLeft) takeDown();
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
