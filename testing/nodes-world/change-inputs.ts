import type { NodeChangeInput } from "@/contract/node-change";
import type { Platform } from "@/server/ports/platform";
import type { NodeChangeAssets } from "@/server/steps/nodes/node-change-step";
import { bareServersInput, consulDigest } from "@/testing/deploy-cluster-world/deploy-worlds";
import type { NodesWorld } from "@/testing/nodes-world/nodes-world";

const platformIp = "10.0.2.100";
const base = { protocol: 1, actor: "tester" } as const;
const withPlatform = {
  kind: "zstack",
  user: "admin",
  passwordSecretRef: "platform",
  addresses: [platformIp],
} satisfies NodeChangeInput["platform"];

/** The first node of three is dead; a machine called "spare" comes in its place. */
export function replaceInput(): NodeChangeInput {
  const made = bareServersInput();
  const [dead, ...staying] = made.nodes;
  if (dead === undefined) throw new Error("the fixture has no nodes");
  const machine = { ...dead, machineId: "another", hostKeyFingerprint: "SHA256:another" };
  const { name, storageIp } = dead;
  return {
    ...base,
    deployment: { ...made, nodes: [...staying, machine] },
    joining: [{ name, hostNameBefore: "spare" }],
    leaving: [{ name, storageIp, osds: [0, 1] }],
    platform: withPlatform,
  };
}

const numbers = [4, 5];

/** Two more for three. */
function fiveNodes(): NodeChangeInput["deployment"] {
  const made = bareServersInput();
  const [model] = made.nodes;
  if (model === undefined) throw new Error("the fixture has no nodes");
  const more = numbers.map((number) => ({
    ...model,
    name: `ceph-${number}`,
    machineId: `machine-${number}`,
    hostKeyFingerprint: `SHA256:${number}`,
    storageIp: model.storageIp.replace(/\d+$/, String(200 + number)),
    managementIp: model.managementIp.replace(/\d+$/, String(200 + number)),
  }));
  const nodes = [...made.nodes, ...more];
  return {
    ...made,
    nodes,
    config: { ...made.config, Node: nodes.map(({ name, storageIp }) => `${storageIp} ${name}`) },
    networks: made.networks.map((plan) => {
      const nics = plan.onNodes[0]?.nics ?? [];
      const ips = { storage: "storageIp", management: "managementIp", data: null } as const;
      const key = ips[plan.id];
      const added = more.map((node) => ({ node: node.name, nics, ip: key === null ? null : node[key] }));
      return { ...plan, onNodes: [...plan.onNodes, ...added] };
    }),
    disks: [
      ...made.disks,
      ...more.flatMap(({ name }) =>
        made.disks
          .filter(({ node }) => node === model.name)
          .map((disk) => ({ ...disk, node: name, serial: `${disk.serial}-${name}` })),
      ),
    ],
  };
}

export const addInput = (): NodeChangeInput => ({
  ...base,
  deployment: fiveNodes(),
  joining: numbers.map((number) => ({ name: `ceph-${number}`, hostNameBefore: `spare-${number}` })),
  leaving: [],
  platform: { kind: "none", guests: "stop" },
});

export function removeInput(): NodeChangeInput {
  const made = bareServersInput();
  const nodes = fiveNodes().nodes.slice(made.nodes.length);
  return {
    ...base,
    deployment: made,
    joining: [],
    leaving: nodes.map(({ name, storageIp }, at) => ({ name, storageIp, osds: [at + 3] })),
    platform: { kind: "none", guests: "stop" },
  };
}

/** What the panel brings along, and the platform of the world that was made last. */
export function scriptedAssets(current: () => NodesWorld): NodeChangeAssets {
  const platform: Platform = {
    uiStatus: async (ip) => (ip === platformIp ? 200 : null),
    globalSetting: async () => null,
    setGlobalSetting: async () => undefined,
    hosts: async () =>
      current().input.nodes.map(({ name, managementIp }) => ({
        uuid: name,
        name,
        managementIp,
        state: "Enabled",
        status: current().platformSettings.get(`host ${name}`) ?? "Disconnected",
      })),
    setHostState: async () => undefined,
    reconnectHost: async (_address, uuid) => void current().platformSettings.set(`host ${uuid}`, "Connected"),
    startVm: async () => undefined,
    vms: async () => [],
  };
  return {
    suite: { path: "zsha", sha256: "ef".repeat(32), version: "0.1.0" },
    consul: async () => ({ path: "consul", sha256: consulDigest }),
    dataPath: (path) => path,
    platform,
    register: {
      names: async () => [...current().rows],
      async enter(_cluster, nodes) {
        for (const { name } of nodes) current().rows.add(name);
      },
      async forget(_cluster, names) {
        for (const name of names) current().rows.delete(name);
      },
    },
  };
}
