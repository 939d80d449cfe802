// npm run chaos: faults in random mix and order. One line per run, a summary as the last line; a seed replays.
import { parseArgs } from "node:util";
import * as lab from "@/lab/cluster";
import { chooseFaults, faults } from "@/testing/faults/catalogue";
import { planChaos, type ChaosRun, summarize } from "@/testing/faults/chaos-plan";
import { ensureCluster, nodeNames, startWitness, withCluster } from "@/testing/faults/cluster";
import { writeEvidence } from "@/testing/faults/evidence";
import { runChaos } from "@/testing/faults/run-chaos";
import { messageOf, waitUntilWell } from "@/testing/faults/run-fault";
import type { Scene } from "@/testing/faults/scene";

const { values: options } = parseArgs({
  options: {
    scenario: { type: "string" },
    random: { type: "boolean", default: false },
    runs: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    /** Number of the first run: a long series can be continued, a single run repeated. */
    from: { type: "string", default: "0" },
    nodes: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});

const say = (line: string): void => console.error(line);
const [runs, seed, from, nodes] = [options.runs, options.seed, options.from, options.nodes].map(Number) as [
  number,
  number,
  number,
  number,
];
if (options.random === (options.scenario !== undefined)) throw new Error("say either --random or --scenario NAME");
const candidates =
  options.scenario === undefined
    ? faults.filter((fault) => fault.chaos === true && (fault.nodes ?? nodes) === nodes)
    : chooseFaults([options.scenario]);

function print(result: ChaosRun): void {
  if (options.json) return console.log(JSON.stringify(result));
  const isGood = result.recovered && result.problems.length === 0 && !result.falseFailover;
  const took = result.seconds === null ? "no new start" : `${result.seconds.toFixed(1)} s`;
  console.log(`${isGood ? "ok  " : "FAIL"} run ${result.run}: ${result.faults.join(" + ")}, ${took}`);
  for (const problem of result.problems) console.log(`       ${problem}`);
}

async function runAll(): Promise<ChaosRun[]> {
  await ensureCluster(nodes, say);
  const names = nodeNames(nodes);
  let witness = await startWitness(nodes);
  const results: ChaosRun[] = [];
  let wasWell: Scene | null = null;
  for (let run = from; run < from + runs; run += 1) {
    const plan = planChaos(seed, run, candidates);
    say(`seed ${seed} run ${run}: ${plan.faults.map(({ name, afterMs }) => `${name} after ${afterMs} ms`).join(", ")}`);
    const { result, report, well } = await runChaos(plan, witness, names, say, wasWell);
    wasWell = well;
    results.push(result);
    print(result);
    if (result.problems.length > 0 || result.falseFailover)
      say(`evidence: ${await writeEvidence(`seed-${seed}-run-${run}`, names, report, { plan, result })}`);
    if (result.recovered || run === from + runs - 1) continue;
    say("the cluster did not recover: deploying a new one");
    await witness.stop();
    await lab.down();
    await ensureCluster(nodes, say);
    witness = await startWitness(nodes);
  }
  say("waiting for every fence to be lifted");
  const left = wasWell === null ? null : await waitUntilWell(witness, names, say, "lifted").then(() => null, messageOf);
  await witness.stop();
  if (left === null) return results;
  say(`in the end: ${left}`);
  return results.map((result, place) =>
    place < results.length - 1 ? result : { ...result, recovered: false, problems: [...result.problems, left] },
  );
}

const summary = summarize(await withCluster(options.keep, runAll));
console.log(JSON.stringify(summary));
const isClean = summary.doubleWriters + summary.lostAcks + summary.falseFailovers === 0 && summary.recovered === runs;
process.exitCode = isClean ? 0 : 1;
