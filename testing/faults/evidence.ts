import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readEvidence } from "@/testing/faults/cluster";
import type { WitnessReport } from "@/testing/witness/witness";

const root = join(import.meta.dirname, "../..", "test-results/faults");

/** Logs, records and what the witness saw of a run that did not end as it should. Returns the folder. */
export async function writeEvidence(
  name: string,
  nodes: readonly string[],
  report: WitnessReport | null,
  result: unknown,
): Promise<string> {
  const folder = join(root, `${name}-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`);
  mkdirSync(folder, { recursive: true });
  const put = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  put("result.json", JSON.stringify(result, null, 2));
  if (report !== null) {
    // The rings alone are megabytes; what is wrong with them is in the findings.
    const { rings, ...history } = report.history;
    put("witness.json", JSON.stringify({ ...report, history, readings: rings.length }));
  }
  for (const [file, text] of Object.entries(await readEvidence(nodes))) put(file, text);
  return folder;
}
