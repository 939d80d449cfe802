import { readlink } from "node:fs/promises";
import { suitePaths } from "@/contract/node-setup";
import { contractProtocol, productVersion } from "@/contract/version";
import { ensureHook } from "@/suite/libvirt/ensure-hook";
import { installExecutable } from "@/suite/setup/install-executable";
import { readClusterFile } from "@/suite/setup/member-files";
import { installCompletion, startDaemon } from "@/suite/setup/setup-node";
import { type Observation, StepLog, type StepRecord } from "@/suite/setup/step-log";
import { ensureFile } from "@/suite/system/files";
import { systemdProperty } from "@/suite/system/systemd";

/**
 * Puts the running program in the place of the node's suite, newer or older, and lets zshad begin anew with it: a running
 * management VM is adopted. What setup-node writes from secrets (Consul, keys, firewall) stays as it is. May be repeated.
 */
export async function upgradeNode(onStep: (record: StepRecord) => void): Promise<{ steps: StepRecord[] }> {
  const steps = new StepLog(onStep);
  await steps.run("executable", installExecutable);
  await steps.run("cluster-file", writeVersion);
  await steps.run("libvirt-hook", ensureHook);
  await steps.run("bash-completion", installCompletion);
  const changed = steps.records.some((record) => record.changed);
  const isOld = changed || (await runsReplacedProgram());
  await steps.run("daemon", () => startDaemon(isOld));
  return { steps: steps.records };
}

async function writeVersion(): Promise<Observation> {
  const cluster = { ...(await readClusterFile()), protocol: contractProtocol, suiteVersion: productVersion };
  const changed = await ensureFile(suitePaths.clusterFile, `${JSON.stringify(cluster, null, 2)}\n`, { mode: 0o644 });
  return { changed, observed: `${suitePaths.clusterFile} says version ${productVersion}` };
}

/** An attempt that was cut after the new file was in place leaves the old program running from a file that is gone. */
async function runsReplacedProgram(): Promise<boolean> {
  const pid = await systemdProperty("zsha.service", "MainPID");
  try {
    return (await readlink(`/proc/${pid}/exe`)).endsWith(" (deleted)");
  } catch {
    return true;
  }
}
