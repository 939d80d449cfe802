import { text } from "node:stream/consumers";
import type { z } from "zod";
import { AppError } from "@/contract/errors";
import { clusterSetupSchema, nodeSetupSchema } from "@/contract/node-setup";
import type { Console } from "@/suite/cli/console";
import { removeNodeSetup } from "@/suite/setup/remove-node-setup";
import { setupCluster } from "@/suite/setup/setup-cluster";
import { setupNode } from "@/suite/setup/setup-node";
import type { StepRecord } from "@/suite/setup/step-log";

/** The hidden commands by which `zsha install` and the panel set a cluster up. Input on standard input: it carries secrets. */
export async function readInput<T>(schema: z.ZodType<T>): Promise<T> {
  const input = await text(process.stdin);
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch {
    // Not the parser's message: it would quote what may be a secret.
    throw new AppError("bad-input", "standard input is not JSON");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map((issue) => `${issue.path.join(".") || "input"}: ${issue.message}`);
  throw new AppError("bad-input", `standard input does not fit: ${places.join("; ")}`);
}

/** Each step as one JSON line on standard error while it runs: a panel shows them; the result is on standard output. */
const reportStep = (record: StepRecord): void => {
  process.stderr.write(`${JSON.stringify(record)}\n`);
};

export async function runSetupNode(console: Console): Promise<void> {
  console.result(await setupNode(await readInput(nodeSetupSchema), reportStep));
}

export async function runSetupCluster(console: Console): Promise<void> {
  console.result(await setupCluster(await readInput(clusterSetupSchema), reportStep));
}

export async function runRemoveNodeSetup(console: Console): Promise<void> {
  console.result(await removeNodeSetup(reportStep));
}
