import type { ClusterStatus } from "@/contract/cluster-status";
import type { ChosenDisk, ClusterInput, InputNode } from "@/contract/deployment-input";
import { AppError } from "@/contract/errors";
import { type HaConfig, haNodes } from "@/contract/ha-config";
import { problemMessage } from "@/contract/config-problem-text";
import { checkHaConfig } from "@/contract/ha-config-check";
import { machineProblems } from "@/contract/machine-problems";
import {
  isMixed,
  type LeavingNode,
  machinesMissing,
  type NewMachine,
  type NodeChangeInput,
  type NodeChangeKind,
} from "@/contract/node-change";
import type { NodeFacts } from "@/contract/node-facts";
import { say, type Sentence } from "@/contract/sentence";
import { recalledCluster } from "@/server/adoption/recall";
import { clusterConfig } from "@/server/cluster/service";
import { consulBundle } from "@/server/deployment/consul-bundle";
import { deployment as deploymentOf, managementIps } from "@/server/maintenance/platform";
import { factsOfMachine } from "@/server/membership/machine";
import { currentNetworks } from "@/server/network/service";

export interface NodeChangeWish {
  readonly clusterId: string;
  readonly kind: NodeChangeKind;
  /** Members that go: the dead one, or those to be removed. */
  readonly leaving: readonly string[];
  /** Machines that come, under the names they are to have. */
  readonly machines: readonly NewMachine[];
}

export interface NodeChange {
  readonly input: NodeChangeInput;
  readonly problems: readonly Sentence[];
}

/** As this panel made it, or found it on the nodes it took over, with what has changed since: the networks applied, the configuration in Consul, the profile. */
async function deploymentNow(clusterId: string, { ha }: ClusterStatus): Promise<ClusterInput> {
  const made = (await deploymentOf(clusterId)) ?? (await recalledCluster(clusterId));
  if (made === null) throw new AppError("not-found", say("not-deployed-yet"), { facts: { cluster: clusterId } });
  const [networks, view] = await Promise.all([currentNetworks(clusterId), clusterConfig(clusterId)]);
  const haProfile = (ha.state === "known" ? ha.value.profile?.profile : undefined) ?? made.haProfile;
  return { ...made, networks, haProfile, config: view?.config ?? made.config };
}

function inputNode(
  machine: NewMachine,
  facts: NodeFacts,
  place: Pick<InputNode, "storageIp" | "managementIp">,
): InputNode {
  return {
    name: machine.name,
    address: machine.address,
    port: machine.port,
    user: machine.user,
    hostKeyFingerprint: machine.hostKeyFingerprint,
    hostKeyType: machine.hostKeyType,
    hostKey: machine.hostKey,
    machineId: facts.machineId,
    packageManager: facts.packageManager,
    architecture: facts.os.architecture,
    networkStack: facts.networkStack,
    ...place,
  };
}

const chosenDisks = (machine: NewMachine, facts: NodeFacts): ChosenDisk[] =>
  facts.disks
    .filter(({ path }) => machine.disks.includes(path))
    .map(({ path, sizeBytes, serial, rotational }) => ({
      node: machine.name,
      path,
      sizeBytes,
      serial,
      rotational,
      wipeConfirmed: machine.wipeConfirmed.includes(path),
    }));

/** The deployment as it is to be: who stays first, then who joins. */
function afterwards(
  before: ClusterInput,
  leaving: readonly string[],
  read: readonly { machine: NewMachine; facts: NodeFacts }[],
): { deployment: ClusterInput; problems: Sentence[] } {
  const problems: Sentence[] = [];
  const staying = before.nodes.filter(({ name }) => !leaving.includes(name));
  const joining = read.map(({ machine, facts }) => {
    const old = before.nodes.find(({ name }) => name === machine.name);
    const storageIp = old?.storageIp ?? machine.storageIp;
    const managementIp = old?.managementIp ?? machine.managementIp;
    for (const [network, ip] of [
      ["storage", storageIp],
      ["management", managementIp],
    ] as const)
      if (ip === null || ip === "") problems.push(say("machine-needs-address", { node: machine.name, network }));
    for (const node of staying)
      for (const ip of [storageIp, managementIp])
        if (ip !== null && (ip === node.storageIp || ip === node.managementIp))
          problems.push(say("machine-address-taken", { ip, node: node.name }));
    return inputNode(machine, facts, { storageIp: storageIp ?? "", managementIp: managementIp ?? "" });
  });
  const nodes = [...staying, ...joining];
  const config = configWith(before, nodes, joining, problems);
  // The number of members has a guard of its own, with a sentence for whoever offers one machine instead of two.
  const wrong = checkHaConfig(config).filter(
    ({ severity, code }) => severity === "error" && !code.startsWith("node-count"),
  );
  if (wrong.length > 0) problems.push(say("config-would-be-wrong", { problems: wrong.map(problemMessage).join("; ") }));
  const names = new Set(nodes.map(({ name }) => name));
  const model = staying[0]?.name;
  const networks = before.networks.map((plan) => {
    const kept = plan.onNodes.filter(({ node }) => names.has(node));
    const added = joining.filter(({ name }) => !kept.some(({ node }) => node === name));
    const nics = plan.onNodes.find(({ node }) => node === model)?.nics ?? [];
    const ipOf = (node: InputNode): string | null =>
      plan.id === "storage" ? node.storageIp : plan.id === "management" ? node.managementIp : null;
    return { ...plan, onNodes: [...kept, ...added.map((node) => ({ node: node.name, nics, ip: ipOf(node) }))] };
  });
  const gone = new Set([...leaving, ...read.map(({ machine }) => machine.name)]);
  const disks = [
    ...before.disks.filter(({ node }) => !gone.has(node)),
    ...read.flatMap(({ machine, facts }) => chosenDisks(machine, facts)),
  ];
  const deployment = { ...before, nodes, networks, disks, config };
  for (const { machine, facts } of read) problems.push(...machineProblems(machine, facts, deployment));
  return { deployment, problems };
}

function configWith(
  { config, storage }: ClusterInput,
  nodes: readonly InputNode[],
  joining: readonly InputNode[],
  problems: Sentence[],
): HaConfig {
  const members = haNodes(config);
  const isSame =
    members.length === nodes.length && nodes.every(({ name }) => members.some((node) => node.name === name));
  if (isSame) return config;
  const port = /:(\d+)$/.exec(config.MonAddrs[0] ?? "")?.[1] ?? "6789";
  const isPerNode = config.Network.some(({ Ipaddr }) => Ipaddr.includes("@"));
  const fresh = joining.filter(({ name }) => !members.some((node) => node.name === name));
  if (isPerNode && fresh.length > 0)
    problems.push(say("config-per-node", { nodes: fresh.map(({ name }) => name).join(", ") }));
  const names = new Set(nodes.map(({ name }) => name));
  const withoutGone = (text: string): string =>
    text.includes("@")
      ? text
          .split(",")
          .filter((part) => names.has(part.trim().split("@")[1] ?? ""))
          .join(",")
      : text;
  const ips = new Set(members.filter(({ name }) => !names.has(name)).map(({ ip }) => ip));
  return {
    ...config,
    Node: nodes.map(({ name, storageIp }) => `${storageIp} ${name}`),
    MonAddrs: storage.mode === "bootstrap" ? nodes.map(({ storageIp }) => `${storageIp}:${port}`) : config.MonAddrs,
    ChronyServers: config.ChronyServers.filter((server) => !ips.has(server)),
    Network: config.Network.map((network) => ({ ...network, Ipaddr: withoutGone(network.Ipaddr) })),
  };
}

function leavingNodes(names: readonly string[], before: ClusterInput, status: ClusterStatus): LeavingNode[] {
  const ceph = status.ha.state === "known" ? status.ha.value.ceph : null;
  const byHost = ceph?.state === "known" ? (ceph.value.osdsByHost ?? {}) : {};
  return names.map((name) => {
    const node = before.nodes.find((each) => each.name === name);
    if (node === undefined)
      throw new AppError("not-found", say("no-cluster-node", { node: name }), { facts: { what: "node", id: name } });
    return { name, storageIp: node.storageIp, osds: (byHost[name] ?? []).map(({ id }) => id) };
  });
}

/** Of a binary that was brought to the members, the panel must have the same: a run would only find out on the new machine. */
async function consulProblems({ software: { consul } }: ClusterInput): Promise<Sentence[]> {
  if (consul.from === "repository" || (await consulBundle())?.sha256 === consul.sha256) return [];
  return [say("machine-needs-consul", { version: consul.version, digest: consul.sha256 })];
}

/** Everything a run of this change would be made from, as things stand now. Without all its machines it has a reason not to be made. */
export async function nodeChangeOf(wish: NodeChangeWish, status: ClusterStatus, actor: string): Promise<NodeChange> {
  if (isMixed(wish)) throw new AppError("bad-input", say("change-mixed"), { facts: { kind: wish.kind } });
  const before = await deploymentNow(wish.clusterId, status);
  const read = await Promise.all(
    wish.machines.map(async (machine) => ({ machine, facts: await factsOfMachine(machine) })),
  );
  const { deployment, problems } = afterwards(before, wish.leaving, read);
  if (read.length > 0) problems.push(...(await consulProblems(before)));
  const missing = machinesMissing(wish);
  const { platform } = deployment;
  const input: NodeChangeInput = {
    protocol: 1,
    actor,
    deployment,
    joining: read.map(({ machine, facts }) => ({ name: machine.name, hostNameBefore: facts.hostName })),
    leaving: leavingNodes(wish.leaving, before, status),
    platform:
      platform.kind === "none" || platform.passwordSecretRef === null
        ? { kind: "none", guests: "stop" }
        : {
            kind: "zstack",
            user: platform.user,
            passwordSecretRef: platform.passwordSecretRef,
            addresses: managementIps(
              deployment.config,
              deployment.nodes.map(({ name }) => name),
            ),
          },
  };
  // What is said of a cluster without the machine would only be about its being missing.
  return { input, problems: missing === null ? problems : [missing] };
}
