import { clusterSetupSchema, nodeSetupSchema } from "@/contract/node-setup";
import type { Console } from "@/suite/cli/console";
import { readInput } from "@/suite/cli/standard-input";
import { removeNodeSetup } from "@/suite/setup/remove-node-setup";
import { setupCluster } from "@/suite/setup/setup-cluster";
import { setupNode } from "@/suite/setup/setup-node";
import { upgradeNode } from "@/suite/setup/upgrade-node";
import type { StepRecord } from "@/suite/setup/step-log";

/** Each step as one JSON line on standard error while it runs: a panel shows them; the result is on standard output. */
const reportStep = (record: StepRecord): void => {
  process.stderr.write(`${JSON.stringify(record)}\n`);
};

/** The hidden commands by which `zsha install` and the panel set a cluster up. Input on standard input: it carries secrets. */
export async function runSetupNode(console: Console): Promise<void> {
  console.result(await setupNode(await readInput(nodeSetupSchema), reportStep));
}

export async function runSetupCluster(console: Console): Promise<void> {
  console.result(await setupCluster(await readInput(clusterSetupSchema), reportStep));
}

export async function runRemoveNodeSetup(console: Console): Promise<void> {
  console.result(await removeNodeSetup(reportStep));
}

export async function runUpgradeNode(console: Console): Promise<void> {
  console.result(await upgradeNode(reportStep));
}
