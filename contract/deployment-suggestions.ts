import { plannedBridges } from "@/contract/config-problems";
import type { DeploymentDraft, StoragePlan } from "@/contract/deployment";
import { settleDraft } from "@/contract/deployment-settle";
import { type HaConfig, managementVmCpuMin, managementVmMemoryGbMin } from "@/contract/ha-config";
import { suggestNetworks } from "@/contract/network-suggestion";
import type { NodeFacts } from "@/contract/node-facts";
import { canLoseTwo, isSystemDisk, osdDiskMinBytes, osdMemoryTargetMinMb } from "@/contract/storage-problems";
import { formatIpv4, netmaskOf } from "@/lib/ipv4";

/** Fills parts nobody has touched, once the facts of all nodes are known. What a person set is never changed. */
export function suggestMissing(draft: DeploymentDraft, mac: string): DeploymentDraft {
  const facts = draft.nodes.flatMap((node) => node.facts ?? []);
  if (facts.length === 0 || facts.length < draft.nodes.length) return settleDraft(draft);
  const networks = draft.networks.length > 0 ? draft.networks : suggestNetworks(draft.nodes);
  const storage = draft.storage ?? suggestBootstrap(facts);
  const withPlans = { ...draft, networks, storage };
  return settleDraft({ ...withPlans, config: draft.config ?? suggestConfig(withPlans, mac) });
}

/** Ceph's own default, and what it may be on a node with little memory: a quarter of it for all OSDs together. */
const osdMemoryTargetDefaultMb = 4096;

export function suggestBootstrap(nodes: readonly NodeFacts[]): Extract<StoragePlan, { mode: "bootstrap" }> {
  const empty = nodes.map((facts) => ({
    facts,
    disks: facts.disks.filter(
      (disk) => disk.inUseBecause.length === 0 && disk.sizeBytes >= osdDiskMinBytes && !isSystemDisk(disk, facts),
    ),
  }));
  const all = empty.flatMap(({ disks }) => disks);
  const disks = Object.fromEntries(empty.map(({ facts, disks }) => [facts.hostName, disks.map(({ path }) => path)]));
  const perOsd = empty.map(({ facts, disks }) => facts.memoryBytes / 1024 ** 2 / 4 / Math.max(1, disks.length));
  const affordable = Math.floor(Math.min(osdMemoryTargetDefaultMb, ...perOsd));
  return {
    mode: "bootstrap",
    disks,
    wipeConfirmed: [],
    replicas: canLoseTwo({ disks, failureDomain: "host" }) ? 4 : 3,
    failureDomain: "host",
    pool: "zstack",
    pgNum: 128,
    osdMemoryTargetMb: Math.max(osdMemoryTargetMinMb, affordable),
    media: all.length > 0 && all.every((disk) => !disk.rotational) ? "all-flash" : "hybrid",
  };
}

/** An existing Ceph to begin with: everything that names it is for the person to say. */
export const emptyExistingStorage = (pool: string): Extract<StoragePlan, { mode: "existing" }> => ({
  mode: "existing",
  monitors: [],
  user: "client.admin",
  keySecretRef: null,
  pool,
  createPool: false,
  pgNum: 128,
  osdsPerNode: 0,
  media: "hybrid",
});

function suggestConfig(draft: DeploymentDraft, mac: string): Partial<HaConfig> {
  const management = draft.networks.find((plan) => plan.id === "management");
  const bridge = plannedBridges({ networks: management === undefined ? [] : [management] })[0];
  return {
    Node: [],
    MemorySizeInGB: managementVmMemoryGbMin,
    CPU: managementVmCpuMin,
    Type: "CephConf",
    MonAddrs: [],
    ChronyServers: [],
    PoolName: draft.storage?.pool ?? "",
    ImageFolder: "/storage/",
    DNS: [],
    Network: [
      {
        Bridge: bridge ?? "",
        MacAddress: mac,
        Ipaddr: "",
        Netmask: management?.prefixLength ? formatIpv4(netmaskOf(management.prefixLength)) : "",
        Gateway: management?.gateway ?? "",
        IsMgmt: true,
        IsDefRoute: true,
      },
    ],
    ConsoleProxyOverriddenIP: "",
    AllowResetRootPassword: false,
  };
}
