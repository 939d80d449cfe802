// The named faults that fit into a quarter of an hour on one deployment, and at the end the witness's own trial.
import { afterAll, beforeAll, expect, test } from "vitest";
import * as lab from "@/lab/cluster";
import { faults } from "@/testing/faults/catalogue";
import { deployCluster, ensureCluster, nodeNames, startWitness } from "@/testing/faults/cluster";
import { writeEvidence } from "@/testing/faults/evidence";
import { proveWitness } from "@/testing/faults/prove-witness";
import { runFault, waitUntilWell } from "@/testing/faults/run-fault";
import type { Scene } from "@/testing/faults/scene";
import type { Witness } from "@/testing/witness/witness";

const nodes = 3;
/** Bound, heal and audit of one fault, each at the lab's patience. */
const faultMs = 1_200_000;
const deployMs = 1_800_000;

let witness: Witness;
let wasWell: Scene | null = null;

beforeAll(async () => {
  // Unless npm test says that chaos has just left one of this suite behind: any other that is up may hold an older suite.
  const prepare = process.env["TRIVET_TAKE_CLUSTER"] === "1" ? ensureCluster : deployCluster;
  await prepare(nodes, (line) => console.error(line));
  witness = await startWitness(nodes);
}, deployMs);
afterAll(async () => {
  await witness.stop();
  await lab.down();
}, deployMs);

test.each(faults.filter((fault) => fault.ci === true))(
  "$row $name: $what",
  async (fault) => {
    const names = nodeNames(nodes);
    const { result, report, well } = await runFault(fault, witness, names, (line) => console.error(line), wasWell);
    wasWell = well;
    const evidence = result.passed ? "" : await writeEvidence(fault.name, names, report, result);
    expect(result.problems, evidence).toEqual([]);
  },
  faultMs,
);

test(
  "every fence is lifted in the end",
  async () => {
    const well = await waitUntilWell(witness, nodeNames(nodes), (line) => console.error(line), "lifted");
    expect(well.nodes).toEqual(nodeNames(nodes));
  },
  faultMs,
);

test(
  "without a fence the witness reports two writers",
  async () => {
    const verdict = await proveWitness(witness, nodeNames(nodes), (line) => console.error(line));
    expect(verdict.doubleWriters).toBeGreaterThan(0);
    expect(verdict.findings.map(({ code }) => code)).toContain("double-writer");
  },
  faultMs,
);
