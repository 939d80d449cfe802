import { serialiseConfig } from "@/contract/config-text";
import { AppError } from "@/contract/errors";
import { type HaConfig, haNodes } from "@/contract/ha-config";
import { type NodeSetup, suitePaths } from "@/contract/node-setup";
import { contractProtocol } from "@/contract/version";
import { cephUser, checkEnvironment, ensureExclusiveLock } from "@/suite/install/check-environment";
import { clusterSecrets } from "@/suite/install/cluster-secrets";
import { type RemoteNode, requireRemote, setupTimeoutMs, tryRemote } from "@/suite/install/remote-node";
import { ownProgram, pack, type Parcel, prepareFolder, remoteFolder, send, sendText } from "@/suite/install/send-files";
import { exists } from "@/suite/system/files";
import { newKeyPair, SshNode } from "@/suite/ssh/ssh-node";

export interface InstallOrder {
  config: HaConfig;
  password: string;
  profile: NodeSetup["profile"];
  /** Ceph's owner agrees that the profile sets options in its configuration. */
  tuneCeph: boolean;
  /** A Consul binary here to bring to every node; null: the nodes have their own. */
  consulBinary: string | null;
}

export interface Teller {
  say(text: string): void;
  warn(text: string): void;
}

/**
 * Manual 3.5, step by step and line by line. Everything that can refuse is asked of all nodes before the first one is
 * changed. Run again after a failure it finishes what is missing: setup-node and setup-cluster look before they act.
 */
export async function installCluster(order: InstallOrder, tell: Teller): Promise<void> {
  const nodes = await connectAll(order, tell);
  try {
    await installOn(nodes, order, tell);
  } finally {
    for (const remote of nodes) {
      await tryRemote(remote, ["rm", "-rf", remoteFolder]);
      remote.ssh.close();
    }
  }
}

async function connectAll(order: InstallOrder, tell: Teller): Promise<RemoteNode[]> {
  const login = { user: "root", password: order.password };
  const results = await Promise.allSettled(
    haNodes(order.config).map(async (node) => ({ node, ssh: await SshNode.connect(node.ip, login) })),
  );
  const nodes = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failures = results.flatMap((result): unknown[] => (result.status === "rejected" ? [result.reason] : []));
  const [first] = failures;
  if (first !== undefined) {
    for (const { ssh } of nodes) ssh.close();
    throw first;
  }
  for (const { node, ssh } of nodes) tell.warn(`host key of ${node.name} (${node.ip}): ${ssh.fingerprint}`);
  tell.say("All nodes connect success.");
  await requireDistinctNames(nodes);
  return nodes;
}

/** One machine behind two addresses would be two votes in one box. */
async function requireDistinctNames(nodes: readonly RemoteNode[]): Promise<void> {
  const ids = await Promise.all(nodes.map((remote) => requireRemote(remote, ["cat", "/etc/machine-id"])));
  const twin = ids.findIndex((id, at) => ids.indexOf(id) < at);
  const remote = nodes[twin];
  if (remote === undefined) return;
  const other = nodes[ids.indexOf(ids[twin] ?? "")];
  throw new AppError(
    "conflict",
    `${remote.node.ip} and ${other?.node.ip} have the same machine id: one machine, or a copied disk`,
    {
      advice: "Give every node its own /etc/machine-id (systemd-machine-id-setup) and reboot it.",
    },
  );
}

async function installOn(nodes: readonly RemoteNode[], order: InstallOrder, tell: Teller): Promise<void> {
  const { config } = order;
  const [first] = nodes;
  if (first === undefined) throw new AppError("config-invalid", "the configuration names no node");
  const environment = new Map<RemoteNode, string[]>();
  for (const remote of nodes) {
    tell.say(`check environment for ${remote.node.ip}`);
    const lines = await checkEnvironment(remote, config);
    environment.set(remote, lines);
    for (const line of [...lines, ""]) tell.say(line);
  }
  const { secrets, reused } = await clusterSecrets(nodes);
  const [program, consul] = await Promise.all([ownProgram(), consulParcel(order, nodes)]);
  if (reused) tell.warn("the nodes belong to this cluster already: its keys are kept");
  for (const remote of nodes) {
    tell.say(`Stop Service consul&z for: ${remote.node.ip}`);
    await stopServices(remote);
  }
  for (const remote of nodes) {
    await prepareFolder(remote);
    tell.say(`Send ${await send(remote, program, "zsha")} to ${remote.node.ip}`);
    tell.say(`Send ${await sendText(remote, serialiseConfig(config), "config.json")} to ${remote.node.ip}`);
    if (consul !== null) tell.say(`Send ${await send(remote, consul, "consul")} to ${remote.node.ip}`);
  }
  await ensureExclusiveLock(first, config);
  const ceph = await cephUser(first, config);
  if (ceph !== null) tell.say("Generate ceph auth finished.");
  // A new pair each time: the old one goes with the line it replaces.
  const pair = newKeyPair();
  const peer = {
    ...pair,
    fingerprints: Object.fromEntries(nodes.map(({ node, ssh }) => [node.name, ssh.fingerprint])),
  };
  const setupFor = (remote: RemoteNode): NodeSetup => ({
    protocol: contractProtocol,
    node: remote.node.name,
    config,
    profile: order.profile,
    consul: {
      binary: consul === null ? null : `${remoteFolder}/consul`,
      sha256: consul?.sha256 ?? null,
      datacenter: "dc1",
      ...secrets,
    },
    ceph,
    peer,
  });
  for (const remote of nodes) {
    tell.say(`Install for: ${remote.node.ip}`);
    const argv = [`${remoteFolder}/zsha`, "setup-node", "--json", "-"];
    await runSetup(remote, argv, setupFor(remote));
    tell.say("config file check pass");
    for (const line of environment.get(remote) ?? []) tell.say(line);
    for (const line of [
      "",
      "Install bash auto-completion",
      "Set iptables finished.",
      "Install to Current Node Finished.",
      "",
    ])
      tell.say(line);
  }
  await runSetup(first, [suitePaths.executable, "setup-cluster", "--json", "-"], {
    ...setupFor(first),
    tuneCeph: order.tuneCeph,
    actor: "zsha install",
  });
  tell.say("Upsert configuration to consul kv finished.");
  tell.say("");
  tell.say("Install to All Nodes Finished.");
  tell.say('Now, You can monitor zsha\'s status by using command "zsha status".');
  tell.say('More commands are shown in "zsha -h".');
}

async function runSetup(remote: RemoteNode, argv: readonly string[], input: object): Promise<void> {
  try {
    await requireRemote(remote, argv, { stdin: JSON.stringify(input), timeoutMs: setupTimeoutMs });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, error.message, {
      facts: error.facts,
      advice: "Correct the cause and run the installation again: it continues.",
    });
  }
}

async function stopServices(remote: RemoteNode): Promise<void> {
  for (const unit of ["zsha.service", "consul.service"]) {
    await tryRemote(remote, ["systemctl", "stop", unit]);
    const state = await tryRemote(remote, ["systemctl", "is-active", unit]);
    const text = state.kind === "exited" ? state.stdout.trim() : "unknown";
    if (!["inactive", "failed", "unknown", ""].includes(text) || state.kind !== "exited") {
      throw new AppError("verification-failed", `${unit} on ${remote.node.name} is ${text} after stopping it`);
    }
  }
}

async function consulParcel(order: InstallOrder, nodes: readonly RemoteNode[]): Promise<Parcel | null> {
  const path = order.consulBinary ?? ((await exists("./consul")) ? "./consul" : null);
  if (path !== null) {
    if (!(await exists(path))) throw new AppError("not-found", `the Consul binary ${path} is not there`);
    return pack(path);
  }
  const without: RemoteNode[] = [];
  for (const remote of nodes) {
    const there = await tryRemote(remote, ["test", "-x", "/usr/bin/consul"]);
    if (there.kind !== "exited" || there.code !== 0) without.push(remote);
  }
  if (without.length === 0) return null;
  if (await exists("/usr/bin/consul")) return pack("/usr/bin/consul");
  throw new AppError(
    "missing-tool",
    `there is no Consul on ${without.map((remote) => remote.node.name).join(", ")}, and none to send`,
    {
      advice:
        'Put the binary "consul" beside the installer, name it with --consul, or install it from the nodes\' repositories.',
    },
  );
}
