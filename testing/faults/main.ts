// npm run faults: every named fault of the matrix, one after the other, on one deployed cluster.
import { parseArgs } from "node:util";
import * as lab from "@/lab/cluster";
import { chooseFaults } from "@/testing/faults/catalogue";
import { ensureCluster, nodeNames, startWitness, withCluster } from "@/testing/faults/cluster";
import { writeEvidence } from "@/testing/faults/evidence";
import type { Fault } from "@/testing/faults/fault";
import { proveWitness } from "@/testing/faults/prove-witness";
import { type FaultResult, messageOf, runFault, waitUntilWell } from "@/testing/faults/run-fault";
import type { Scene } from "@/testing/faults/scene";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    nodes: { type: "string", default: "3" },
    ci: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    "prove-witness": { type: "boolean", default: false },
  },
});

const say = (line: string): void => console.error(line);
const nodes = Number(options.nodes);

function chosen(): Fault[] {
  const named = options.only.split(",").filter((word) => word !== "");
  return chooseFaults(named)
    .filter((fault) => !options.ci || fault.ci === true)
    .filter((fault) => named.length > 0 || fault.nodes === undefined || fault.nodes === nodes);
}

function print(result: FaultResult): void {
  if (options.json) return console.log(JSON.stringify(result));
  const took =
    result.seconds === null
      ? `silent for ${result.silence.toFixed(1)} s`
      : `QEMU after ${result.seconds.toFixed(1)} s, guest after ${result.guestSeconds?.toFixed(1) ?? "?"} s`;
  console.log(`${result.passed ? "ok  " : "FAIL"} ${result.row.padEnd(4)} ${result.name}: ${result.expect}, ${took}`);
  for (const problem of result.problems) console.log(`       ${problem}`);
}

async function runAll(faults: readonly Fault[]): Promise<FaultResult[]> {
  await ensureCluster(nodes, say);
  const names = nodeNames(nodes);
  const results: FaultResult[] = [];
  let witness = await startWitness(nodes);
  let wasWell: Scene | null = null;
  for (const fault of faults) {
    say(`${fault.row} ${fault.name}: ${fault.what}`);
    const { result, report, well } = await runFault(fault, witness, names, say, wasWell);
    results.push(result);
    print(result);
    wasWell = well;
    if (result.passed) continue;
    say(`evidence: ${await writeEvidence(fault.name, names, report, result)}`);
    if (well !== null) continue;
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
  console.log(`FAIL in the end: ${left}`);
  return results.map((result, place) =>
    place < results.length - 1 ? result : { ...result, passed: false, problems: [...result.problems, left] },
  );
}

async function prove(): Promise<boolean> {
  await ensureCluster(nodes, say);
  const witness = await startWitness(nodes);
  const verdict = await proveWitness(witness, nodeNames(nodes), say);
  await witness.stop();
  console.log(JSON.stringify(verdict));
  return verdict.doubleWriters > 0;
}

const faults = chosen();
if (options["prove-witness"]) {
  // Its image has had two writers: nothing of it may be used again.
  process.exitCode = (await withCluster(false, prove)) ? 0 : 1;
} else if (options.list) {
  for (const { row, name, expect, what } of faults)
    console.log(`${row.padEnd(4)} ${name.padEnd(36)} ${expect.padEnd(15)} ${what}`);
} else {
  const results = await withCluster(options.keep, () => runAll(faults));
  const failed = results.filter(({ passed }) => !passed);
  const summary = {
    faults: results.length,
    passed: results.length - failed.length,
    failed: failed.map(({ name }) => name),
  };
  console.log(JSON.stringify(summary));
  process.exitCode = failed.length === 0 ? 0 : 1;
}
