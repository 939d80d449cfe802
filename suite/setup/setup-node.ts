import { AppError } from "@/contract/errors";
import { haNodes } from "@/contract/ha-config";
import { hasErrors } from "@/contract/ha-config-check";
import { checkHaConfig } from "@/contract/ha-config-check";
import { problemMessage } from "@/contract/config-problem-text";
import { type ClusterFile, cephUserName, type NodeSetup, suitePaths } from "@/contract/node-setup";
import { contractProtocol, productVersion } from "@/contract/version";
import { ensureHook } from "@/suite/libvirt/ensure-hook";
import { bashCompletion } from "@/suite/setup/bash-completion";
import { defineLibvirtSecret, storeCephKey } from "@/suite/setup/ceph-access";
import { configureConsul, installConsulBinary, startConsul } from "@/suite/setup/install-consul";
import { installExecutable } from "@/suite/setup/install-executable";
import { configureTime, setFirewall, writeHosts } from "@/suite/setup/node-services";
import { storePeerAccess } from "@/suite/setup/peer-access";
import { type Observation, StepLog, type StepRecord } from "@/suite/setup/step-log";
import { daemonUnit } from "@/suite/setup/units";
import { ensureDirectory, ensureFile } from "@/suite/system/files";
import { systemctl, unitState, waitActive } from "@/suite/system/systemd";

/** zshad is up in well under a second; the rest is for a busy node. */
const daemonStartTimeoutMs = 20_000;

export interface NodeSetupResult {
  node: string;
  steps: StepRecord[];
}

/**
 * Makes this node a member. Every step looks first and may be repeated: a run that was cut off is finished by running it again.
 * Order: access to Ceph before anything starts; the firewall before Consul listens; zshad last, when all it needs is there.
 */
export async function setupNode(setup: NodeSetup, onStep: (record: StepRecord) => void): Promise<NodeSetupResult> {
  refuseBadConfig(setup);
  const steps = new StepLog(onStep);
  await steps.run("directories", makeDirectories);
  await steps.run("executable", installExecutable);
  await steps.run("cluster-file", () => writeClusterFiles(setup));
  await steps.run("hosts", () => writeHosts(setup));
  await steps.run("time", () => configureTime(setup));
  await steps.run("ceph-key", () => storeCephKey(setup));
  await steps.run("libvirt-secret", () => defineLibvirtSecret(setup));
  await steps.run("libvirt-hook", ensureHook);
  await steps.run("bash-completion", installCompletion);
  await steps.run("peers", () => storePeerAccess(setup));
  await steps.run("firewall", () => setFirewall(setup));
  await steps.run("consul-binary", () => installConsulBinary(setup));
  let restartConsul = steps.records.some(({ step, changed }) => step === "consul-binary" && changed);
  await steps.run("consul-config", async () => {
    const { restart, ...seen } = await configureConsul(setup);
    restartConsul ||= restart;
    return seen;
  });
  await steps.run("consul", () => startConsul(restartConsul));
  const newProgram = steps.records.some(
    (record) => record.changed && ["executable", "cluster-file"].includes(record.step),
  );
  await steps.run("daemon", () => startDaemon(newProgram));
  return { node: setup.node, steps: steps.records };
}

export function refuseBadConfig(setup: NodeSetup): void {
  const problems = checkHaConfig(setup.config);
  if (hasErrors(problems)) {
    const errors = problems.filter((problem) => problem.severity === "error");
    throw new AppError("config-invalid", errors.map(problemMessage).join("; "));
  }
}

async function makeDirectories(): Promise<Observation> {
  await ensureDirectory(suitePaths.configDirectory, { mode: 0o700 });
  await ensureDirectory(suitePaths.stateDirectory, { mode: 0o700 });
  await ensureDirectory(suitePaths.logDirectory, { mode: 0o750 });
  return { changed: false, observed: `${suitePaths.logDirectory} and ${suitePaths.stateDirectory} are there` };
}

async function writeClusterFiles(setup: NodeSetup): Promise<Observation> {
  const nodes = haNodes(setup.config);
  const self = nodes.find((node) => node.name === setup.node);
  if (self === undefined) throw new AppError("config-invalid", `the configuration's Node does not name ${setup.node}`);
  const cluster: ClusterFile = {
    protocol: contractProtocol,
    node: self.name,
    ip: self.ip,
    nodes,
    profile: setup.profile,
    datacenter: setup.consul.datacenter,
    cephUser: setup.ceph === null ? null : cephUserName(setup.ceph.user),
    suiteVersion: productVersion,
    config: setup.config,
  };
  const { managementToken, suiteToken } = setup.consul;
  const tokens = `${JSON.stringify({ managementToken, suiteToken }, null, 2)}\n`;
  const tokensChanged = await ensureFile(suitePaths.consulTokens, tokens, { mode: 0o600 });
  const changed = await ensureFile(suitePaths.clusterFile, `${JSON.stringify(cluster, null, 2)}\n`, { mode: 0o644 });
  return { changed: changed || tokensChanged, observed: `${suitePaths.clusterFile} names ${self.name} (${self.ip})` };
}

export async function installCompletion(): Promise<Observation> {
  const changed = await ensureFile("/etc/bash_completion.d/zsha", bashCompletion, { mode: 0o644 });
  return { changed, observed: "/etc/bash_completion.d/zsha" };
}

export async function startDaemon(restart: boolean): Promise<Observation> {
  const unitChanged = await ensureFile("/etc/systemd/system/zsha.service", daemonUnit, { mode: 0o644 });
  await systemctl("daemon-reload");
  await systemctl("enable", "zsha.service");
  const running = (await unitState("zsha.service")).active === "active";
  // zshad adopts a running management VM when it comes back: restarting it interrupts nobody.
  if (!running || restart || unitChanged) await systemctl("restart", "zsha.service");
  await waitActive("zsha.service", daemonStartTimeoutMs);
  return { changed: !running || restart || unitChanged, observed: "zsha.service is active" };
}
