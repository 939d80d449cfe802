// The stages of npm test, in the order in which a failure is cheapest. What needs a test cluster says which of the two it runs on.
import { join } from "node:path";
import { hashFiles } from "@/scripts/hash-files";
import { type Count, playwright, single, vitest } from "@/scripts/test-count";
import { type Lane, say, start } from "@/scripts/test-lane";

const root = join(import.meta.dirname, "..");

/** Which stages of this run were asked for. */
export type Wanted = ReadonlySet<string>;

export interface Stage {
  readonly name: string;
  /** Takes longer than anybody waits for: `ci` runs with CI=true too, `name` only when asked for by name. */
  readonly only?: "ci" | "name";
  /** With `ci`: what it takes at most, as seen on a busy machine. */
  readonly minutes?: number;
  /** Needs a test cluster. Stages of different ones run side by side; what comes first in one comes first. */
  readonly cluster?: 1 | 2;
  run(lane: Lane, wanted: Wanted): Promise<Count>;
}

const npmScript = (script: string) => async (lane: Lane) =>
  single(await start(lane, "npm", ["run", "--silent", script]));
const vitestProject = (project: string) => (lane: Lane) => vitest(lane, project);
const browser =
  (name: string, args: readonly string[], env: () => Record<string, string> = () => ({})) =>
  (lane: Lane) =>
    playwright(lane, name, args, env());

/** Another one for every other content: what passed here passes in CI, and a seed that found something is in the log. */
const seedOf = (...places: readonly string[]): number => Number.parseInt(hashFiles(root, places).slice(0, 6), 16);

/** Guards, chaos and faults come one after the other on one cluster: a deployment is two minutes. Only what passed hands it on. */
let isClusterLeft = false;

async function handOn(lane: Lane, from: Count, isWanted: boolean): Promise<Count> {
  isClusterLeft = isWanted && from.failed === 0;
  if (isWanted && !isClusterLeft) await takeDown(lane);
  return from;
}

const takeDown = async (lane: Lane): Promise<boolean> => await start(lane, "tsx", ["lab/main.ts", "down"]);

/** After the last stage: a cluster that was handed on to a stage which was then not begun. */
export async function takeLeftClusterDown(lane: Lane): Promise<void> {
  if (isClusterLeft) await takeDown(lane);
}

async function guards(lane: Lane, wanted: Wanted): Promise<Count> {
  const isNext = wanted.has("chaos");
  return await handOn(lane, await vitest(lane, "guards", isNext ? { TRIVET_LEAVE_CLUSTER: "1" } : {}), isNext);
}

/** Twenty runs, on the deployed cluster that is up, or one of its own. */
async function chaos(lane: Lane, wanted: Wanted): Promise<Count> {
  const isNext = wanted.has("faults");
  const seed = seedOf("suite", "contract");
  say(lane, `seed ${seed}`);
  const args = ["--random", "--runs", "20", "--seed", String(seed), ...(isNext ? ["--keep"] : [])];
  return await handOn(lane, single(await start(lane, "npm", ["run", "--silent", "chaos", "--", ...args])), isNext);
}

async function faults(lane: Lane): Promise<Count> {
  const count = await vitest(lane, "faults", isClusterLeft ? { TRIVET_TAKE_CLUSTER: "1" } : {});
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

export const stages: readonly Stage[] = [
  { name: "database clients", run: npmScript("db:generate") },
  { name: "types", run: npmScript("check:types") },
  { name: "lint", run: npmScript("check:lint") },
  { name: "format", run: npmScript("check:format") },
  { name: "architecture", run: npmScript("check:architecture") },
  { name: "unused", run: npmScript("check:unused") },
  { name: "unit", run: vitestProject("unit") },
  { name: "build", run: npmScript("build") },
  {
    name: "first load",
    run: async (lane) => single(await start(lane, "tsx", ["scripts/check-first-load.ts"])),
  },
  { name: "states", only: "name", run: browser("states", ["--config", "e2e/states/states.config.ts"]) },

  { name: "test cluster", cluster: 1, run: vitestProject("lab") },
  { name: "browser", cluster: 2, run: browser("playwright", browserProjects) },

  { name: "maintenance faults", cluster: 1, only: "name", run: vitestProject("maintenance-faults") },
  { name: "nodes", cluster: 2, only: "name", run: browser("nodes", ["--project=nodes"]) },
  { name: "nodes faults", cluster: 1, only: "name", run: vitestProject("nodes-faults") },
  { name: "suite lifecycle", cluster: 1, only: "name", run: vitestProject("suite-lifecycle") },
  { name: "file image", cluster: 1, only: "name", run: vitestProject("file-image") },
  { name: "bonded", cluster: 1, only: "name", run: vitestProject("bonded") },

  { name: "guards", cluster: 1, only: "ci", minutes: 12, run: guards },
  { name: "chaos", cluster: 1, only: "ci", minutes: 20, run: chaos },
  { name: "faults", cluster: 1, only: "ci", minutes: 23, run: faults },
  { name: "recovery", cluster: 1, only: "ci", minutes: 14, run: vitestProject("recovery") },
  // Brings the projects it depends on along: the maintenance of a cluster, who belongs to it, then the life of its suite.
  {
    name: "procedures",
    cluster: 2,
    only: "ci",
    minutes: 33,
    run: browser("procedures", ["--project=lifecycle"], procedureSeed),
  },
  { name: "broken ways", cluster: 2, only: "ci", minutes: 12, run: vitestProject("broken-ways") },
  {
    name: "bonded browser",
    cluster: 2,
    only: "ci",
    minutes: 12,
    run: browser("bonded-browser", ["--config", "e2e/bonded/bonded.config.ts", "--project=bonded"]),
  },
  // Brings the stage before along.
  {
    name: "bonded changes",
    cluster: 2,
    only: "name",
    run: browser("bonded-changes", ["--config", "e2e/bonded/bonded.config.ts", "--project=changes"]),
  },
];
