import { AppError } from "@/contract/errors";
import { managementVmDomainName } from "@/contract/ha-config";
import { cephKeyringPath, cephSecretUuid, suitePaths } from "@/contract/node-setup";
import { authorizedKeys } from "@/suite/libvirt/peer-access";
import { withoutChrony } from "@/suite/setup/chrony";
import { withoutHosts } from "@/suite/setup/hosts-file";
import { commandNames, commandPath } from "@/suite/setup/install-executable";
import { replaceBlock } from "@/suite/setup/managed-block";
import { readClusterFileIfThere } from "@/suite/setup/member-files";
import { chronyPlace } from "@/suite/setup/node-services";
import { authorizedKeysFile } from "@/suite/setup/peer-access";
import { type Observation, StepLog, type StepRecord } from "@/suite/setup/step-log";
import { ensureFile, exists, readTextIfThere, removeIfThere } from "@/suite/system/files";
import { describeFailure, runCommand, succeeded } from "@/suite/system/run-command";
import { systemctl, unitState } from "@/suite/system/systemd";

const virshTimeoutMs = 60_000;
const units = ["zsha.service", "consul.service", "zsha-firewall.service"] as const;
const ownFiles = [
  suitePaths.consulConfig,
  suitePaths.consulData,
  suitePaths.configDirectory,
  suitePaths.stateDirectory,
  suitePaths.runDirectory,
  "/etc/bash_completion.d/zsha",
];

/**
 * Undoes setup-node. Kept: the management VM's image and everything else in Ceph, the logs, and the networks, which the node
 * needs to be reachable. Refuses while the management VM runs here: it would go on without anybody watching it.
 */
export async function removeNodeSetup(onStep: (record: StepRecord) => void): Promise<{ steps: StepRecord[] }> {
  const steps = new StepLog(onStep);
  const cluster = await readClusterFileIfThere();
  await steps.run("management-vm", requireNoManagementVm);
  await steps.run("services", removeUnits);
  await steps.run("libvirt", removeFromLibvirt);
  await steps.run("files", () => removeFiles(cluster?.cephUser ?? null));
  await steps.run("shared-files", restoreShared);
  await steps.run("executable", removeExecutable);
  return { steps: steps.records };
}

async function requireNoManagementVm(): Promise<Observation> {
  const argv = ["virsh", "--quiet", "list", "--name"];
  const result = await runCommand(argv, { timeoutMs: virshTimeoutMs });
  if (result.kind === "not-started") return { changed: false, observed: "there is no libvirt" };
  if (!succeeded(result))
    throw new AppError(
      "command-outcome-unknown",
      `whether the management VM runs here is unknown: ${describeFailure(argv, result)}`,
    );
  if (result.stdout.split("\n").some((name) => name.trim() === managementVmDomainName)) {
    throw new AppError("conflict", "the management VM runs on this node", { advice: 'Stop it first: "zsha stop".' });
  }
  return { changed: false, observed: "the management VM does not run here" };
}

async function removeUnits(): Promise<Observation> {
  let changed = false;
  for (const unit of units) {
    if ((await unitState(unit)).load === "not-found") continue;
    await systemctl("disable", "--now", unit);
    changed = (await removeIfThere(`/etc/systemd/system/${unit}`)) || changed;
    const { active } = await unitState(unit);
    if (active === "active") throw new AppError("verification-failed", `${unit} still runs after stopping it`);
  }
  await systemctl("daemon-reload");
  return { changed, observed: `${units.join(", ")} are gone` };
}

/** Marks the hook as the suite's own, so that a hook of somebody else is left alone. */
const hookMarker = /zsha/;

async function removeFromLibvirt(): Promise<Observation> {
  const hook = "/etc/libvirt/hooks/qemu";
  const text = await readTextIfThere(hook);
  const ours = text !== null && hookMarker.test(text);
  if (ours) await removeIfThere(hook);
  const secret = await runCommand(["virsh", "--quiet", "secret-undefine", cephSecretUuid], {
    timeoutMs: virshTimeoutMs,
  });
  return { changed: ours || succeeded(secret), observed: "hook and secret are gone" };
}

async function removeFiles(cephUser: string | null): Promise<Observation> {
  const paths = cephUser === null ? ownFiles : [...ownFiles, cephKeyringPath(cephUser)];
  let changed = false;
  for (const path of paths) changed = (await removeIfThere(path)) || changed;
  const left: string[] = [];
  for (const path of paths) if (await exists(path)) left.push(path);
  if (left.length > 0) throw new AppError("verification-failed", `still there: ${left.join(", ")}`);
  return { changed, observed: `${suitePaths.logDirectory} is kept` };
}

async function restoreShared(): Promise<Observation> {
  const chrony = await chronyPlace();
  const edits = [
    { path: "/etc/hosts", mode: 0o644, edit: withoutHosts },
    { path: authorizedKeysFile, mode: 0o600, edit: (text: string) => authorizedKeys(replaceBlock(text, []), []) },
    ...(chrony === null ? [] : [{ path: chrony.file, mode: 0o644, edit: withoutChrony }]),
  ];
  let changed = false;
  for (const { path, mode, edit } of edits) {
    const text = await readTextIfThere(path);
    if (text !== null) changed = (await ensureFile(path, edit(text), { mode })) || changed;
  }
  if (chrony !== null && changed) await systemctl("try-restart", chrony.unit);
  return { changed, observed: "hosts file, time sources and authorized keys are as before" };
}

async function removeExecutable(): Promise<Observation> {
  let changed = false;
  for (const path of [...commandNames.map(commandPath), suitePaths.executable])
    changed = (await removeIfThere(path)) || changed;
  return { changed, observed: `${suitePaths.executable} is gone` };
}
