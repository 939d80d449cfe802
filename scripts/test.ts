// npm test: every check there is; long ones in CI or by name. What needs a test cluster runs on two, side by side. Last line: "N passed, N failed, N skipped".
import { mkdirSync, rmSync } from "node:fs";
import { type Count, results, single, sum, told } from "@/scripts/test-count";
import { alone, besideEachOther, type Lane, say, start } from "@/scripts/test-lane";
import { ensureTestPackages } from "@/scripts/test-packages";
import { type Stage, stages, takeLeftClusterDown, type Wanted } from "@/scripts/test-stages";

/** CI ends a run after 90 minutes and then knows nothing of it: a stage that might not be over by then counts as skipped, and is named. */
const ciMinutes = 86;

const asked = process.argv.slice(2);
const unheard = asked.filter((name) => !stages.some((stage) => stage.name === name));
if (unheard.length > 0) {
  console.error(`no stage ${unheard.join(", ")}; there are: ${stages.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
const isWanted = ({ name, only }: Stage): boolean =>
  asked.length > 0 ? asked.includes(name) : only === undefined || (only === "ci" && process.env["CI"] === "true");
const chosen = stages.filter(isWanted);
const wanted: Wanted = new Set(chosen.map(({ name }) => name));

async function runStage(lane: Lane, stage: Stage): Promise<Count> {
  const minutesSoFar = performance.now() / 60_000;
  if (asked.length === 0 && minutesSoFar + (stage.minutes ?? 0) > ciMinutes) {
    say(lane, `== ${stage.name}: not begun after ${minutesSoFar.toFixed(0)} of ${ciMinutes} minutes`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const began = performance.now();
  say(lane, `== ${stage.name}`);
  const count = await stage.run(lane, wanted);
  say(lane, `== ${stage.name}: ${told(count)} (${((performance.now() - began) / 1000).toFixed(0)} s)`);
  return count;
}

async function runAll(lane: Lane, some: readonly Stage[]): Promise<Count> {
  const counts: Count[] = [];
  for (const stage of some) counts.push(await runStage(lane, stage));
  return sum(counts);
}

/** What both clusters are made of, once and before: the second one's network reaches nothing outside, and both would build. */
async function prepare(): Promise<Count> {
  const isBonded = chosen.some(({ name }) => name.startsWith("bonded"));
  const isBuilt = await start(alone, "npm", ["run", "--silent", "build"]);
  const isFetched = await start(alone, "tsx", ["lab/main.ts", "fetch"]);
  const isRigFetched = !isBonded || (await start(alone, "tsx", ["lab/main.ts", "fetch", "--networks", "bonded"]));
  return single(isBuilt && isFetched && isRigFetched);
}

async function runOnClusters(): Promise<Count> {
  const [first, second] = ([1, 2] as const).map((cluster) => chosen.filter((stage) => stage.cluster === cluster));
  if (!first?.length || !second?.length) return await runAll(alone, [...(first ?? []), ...(second ?? [])]);
  const parts = await runStage(alone, { name: "parts of the test clusters", run: prepare });
  if (parts.failed > 0) return parts;
  return sum([parts, ...(await Promise.all([runAll(besideEachOther[1], first), runAll(besideEachOther[2], second)]))]);
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
ensureTestPackages();
const checked = await runAll(
  alone,
  chosen.filter(({ cluster }) => cluster === undefined),
);
const clustered = await runOnClusters();
await takeLeftClusterDown(alone);
const total = sum([checked, clustered]);
console.log(told(total));
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
