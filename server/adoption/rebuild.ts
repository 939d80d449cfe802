import type { ClusterSecrets } from "@/contract/cluster-secrets";
import type { ClusterInput, InputNode } from "@/contract/deployment-input";
import { emptyModel, networkModelSchema, type NetworkModel, type ShownNetwork } from "@/contract/network-model";
import type { NetworkPlan } from "@/contract/network-plan";
import type { NodeFacts } from "@/contract/node-facts";
import type { ClusterFile } from "@/contract/node-setup";
import { say, type Sentence } from "@/contract/sentence";
import { clusterKeys, type KeyFiles } from "@/server/adoption/cluster-keys";
import { clusterNetworks } from "@/server/adoption/cluster-networks";
import { clusterStorage, type StorageSeen } from "@/server/adoption/cluster-storage";
import { modelOfKernel, type NetworksSeen, networksOnNode, type NodeNetworks } from "@/server/adoption/node-networks";
import { jsonOf } from "@/server/steps/maintenance/maintenance-step";

/** The Consul a node runs. A package manager's is installed on a new machine too; any other must be brought by the panel. */
export interface ConsulSeen {
  readonly version: string;
  readonly sha256: string;
  readonly isPackaged: boolean;
}

/** Everything one member says of itself and of the cluster. */
export interface MemberSeen {
  readonly name: string;
  readonly storageIp: string;
  readonly login: Pick<InputNode, "address" | "port" | "user" | "hostKeyFingerprint" | "hostKeyType" | "hostKey">;
  readonly facts: NodeFacts;
  readonly file: ClusterFile;
  readonly keys: KeyFiles;
  readonly storage: StorageSeen;
  readonly networkModel: string | null;
  /** Asked where the model does not tell everything. */
  readonly shown: ShownNetwork | null;
  /** Of the first member: new machines get the same, and hashing it on all would only take longer. */
  readonly consul: ConsulSeen | null;
}

export type Found<T> = { readonly known: T } | { readonly unknown: readonly Sentence[] };

export interface Rebuilt {
  readonly keys: Found<ClusterSecrets>;
  readonly networks: Found<readonly NetworkPlan[]>;
  readonly cluster: Found<ClusterInput>;
  /** Of a Ceph that exists elsewhere. */
  readonly cephKey: string | null;
}

export interface Asked {
  readonly clusterName: string;
  readonly platform: ClusterInput["platform"];
  /** Under which the key of an existing Ceph is sealed. */
  readonly keySecretRef: string;
}

/** The only data centre the suite makes; another one would be a Consul of somebody else's. */
const datacenter = "dc1";

/** What the deployment of a cluster was, as its nodes have it. What they do not have, or say differently, is unknown with the reason. */
export function rebuild(members: readonly MemberSeen[], { clusterName, platform, keySecretRef }: Asked): Rebuilt {
  const keys = clusterKeys(members.map((member) => member.keys));
  const plans = clusterNetworks(members.map((seen) => ({ node: seen.name, networks: networksOf(seen) })));
  // A change of networks is signed with the cluster's own key.
  const networks = "unknown" in keys ? keys : plans;
  const [first] = members;
  if (first === undefined) return { keys, networks, cluster: { unknown: [] }, cephKey: null };
  const { config, profile } = first.file;
  const storage = clusterStorage(
    members.map((member) => member.storage),
    config,
    keySecretRef,
  );
  const software = softwareOf(first);
  const unknown = [keys, networks, storage, software].flatMap((part) => ("unknown" in part ? part.unknown : []));
  if (first.file.datacenter !== datacenter)
    unknown.push(say("adopt-other-datacenter", { found: first.file.datacenter, wanted: datacenter }));
  if (!("known" in storage && "known" in software && "known" in networks) || unknown.length > 0)
    return { keys, networks, cluster: { unknown: [...new Set(unknown)] }, cephKey: null };
  const { monitors } = storage;
  const rank = ({ name }: InputNode): number => (monitors.includes(name) ? monitors.indexOf(name) : monitors.length);
  const nodes = members.flatMap((member) => inputNode(member, networks.known));
  const known: ClusterInput = {
    protocol: 1,
    clusterName,
    // Ceph's monitors are the first of them: with another order a procedure would move them.
    nodes: nodes.toSorted((a, b) => rank(a) - rank(b)),
    networks: [...networks.known],
    storage: storage.known,
    // Disks of members are never written: only those of machines that join are chosen.
    disks: [],
    config,
    software: software.known,
    haProfile: profile,
    platform,
    timeServers: config.ChronyServers,
  };
  return { keys, networks, cluster: { known }, cephKey: storage.key };
}

export function modelIn(text: string | null): NetworkModel | null {
  const parsed = networkModelSchema.safeParse(text === null ? null : jsonOf(text));
  return parsed.success ? parsed.data : null;
}

/** The model is what the node will have after its next boot; what it leaves out is taken from the kernel. */
export function networksOf({ name, storageIp, login, file, facts, networkModel, shown }: MemberSeen): NodeNetworks {
  const networks = file.config.Network;
  const own: NetworksSeen = {
    node: name,
    storageIp,
    address: login.address,
    managementBridge: (networks.find(({ IsMgmt }) => IsMgmt) ?? networks[0])?.Bridge ?? null,
    model: modelIn(networkModel) ?? emptyModel,
    mtus: Object.fromEntries(facts.nics.map((nic) => [nic.name, nic.mtu])),
  };
  const found = networksOnNode(own);
  if ("known" in found || shown === null) return found;
  return networksOnNode({ ...own, model: completed(own.model, modelOfKernel(shown, facts.defaultGateway)) });
}

const completed = (model: NetworkModel, kernel: NetworkModel): NetworkModel => ({
  protocol: 1,
  bonds: [...model.bonds, ...kernel.bonds.filter(({ name }) => !model.bonds.some((bond) => bond.name === name))],
  settings: [
    ...model.settings,
    ...kernel.settings.filter(({ base }) => !model.settings.some((setting) => setting.base === base)),
  ],
});

function softwareOf({ name, consul }: MemberSeen): Found<ClusterInput["software"]> {
  if (consul === null) return { unknown: [say("adopt-consul-unseen", { node: name })] };
  const { isPackaged, version, sha256 } = consul;
  return { known: { consul: isPackaged ? { from: "repository" } : { from: "bundle", version, sha256 } } };
}

function inputNode({ name, storageIp, login, facts }: MemberSeen, plans: readonly NetworkPlan[]): InputNode[] {
  const management = plans.find(({ id }) => id === "management");
  const managementIp = management?.onNodes.find(({ node }) => node === name)?.ip;
  const { machineId, packageManager, os, networkStack } = facts;
  const architecture = os.architecture;
  return managementIp === null || managementIp === undefined
    ? []
    : [{ name, ...login, machineId, packageManager, architecture, networkStack, storageIp, managementIp }];
}
