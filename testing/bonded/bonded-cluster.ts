import { readFile } from "node:fs/promises";
import { networkDevice, type NetworkPlan } from "@/contract/network-plan";
import { suitePaths } from "@/contract/node-setup";
import * as lab from "@/lab/cluster";
import { STACKS, type Stack } from "@/lab/plan";
import { SshConnections } from "@/server/adapters/ssh/connections";
import { probeHostKey } from "@/server/adapters/ssh/open-client";
import { SshHost } from "@/server/adapters/ssh/ssh-host";

/** Three nodes with two NICs per network and a switch that speaks LACP, the suite in place: what a node is before its networks. */
export const bondedNodes = ["ceph-1", "ceph-2", "ceph-3"] as const;
const suiteProgram = "dist/zsha";
const standIn = "testing/bonded/stand-in.sh";

export interface BondedCluster {
  hosts: SshHost[];
  close(): void;
}

/** One node per network stack: what holds for one must hold for all. */
const bondedLab = (stacks: readonly Stack[] = STACKS): Partial<lab.UpOptions> => ({
  networks: "bonded",
  nodes: bondedNodes.length,
  disks: 0,
  stacks,
  files: [{ from: suiteProgram, to: suitePaths.executable }],
});

/** Programs a deployment looks for and these nodes do without: enough for it to come as far as the networks, and no further. */
const standIns = [
  ...["virsh", "libvirtd", "qemu-system-x86_64", "qemu-img", "ceph", "rbd", "rados", "monmaptool", "ceph-authtool"],
  ...["consul", "chronyd"],
];

/** As the wizard finds servers. The suite is there already: its way to emulated nodes would take longer than all the rest. */
export function freshlyInstalled(): Partial<lab.UpOptions> {
  const bonded = bondedLab();
  const files = standIns.map((name) => ({ from: standIn, to: `/usr/local/sbin/${name}` }));
  return { ...bonded, files: [...(bonded.files ?? []), ...files] };
}

export async function startBonded(stacks?: readonly Stack[]): Promise<BondedCluster> {
  await lab.down();
  await lab.up(bondedLab(stacks));
  return attachBonded();
}

/** To nodes that are up. */
export async function attachBonded(): Promise<BondedCluster> {
  const { sshKey } = await lab.status();
  const privateKey = await readFile(sshKey, "utf8");
  const connections = new SshConnections();
  const hosts = await Promise.all(
    bondedNodes.map(async (node, at) => {
      const address = `10.77.2.${11 + at}`;
      const pin = await probeHostKey(address, 22);
      return new SshHost(node, connections, () => ({ node, address, port: 22, user: "root", pin, privateKey }));
    }),
  );
  return { hosts, close: () => connections.close() };
}

const places = {
  storage: { bond: "bond0", nics: ["p5p1", "p5p2"], third: 1 },
  management: { bond: "bond1", nics: ["eth0", "eth1"], third: 2 },
  data: { bond: "bond2", nics: ["em1", "em2"], third: 3 },
} as const;

/** One of the manual's three networks (1.2.2, 1.2.4): its bonds, its bridges, its cards. */
export function manualNetwork(id: NetworkPlan["id"], more: Partial<NetworkPlan> = {}): NetworkPlan {
  const { bond, nics, third } = places[id];
  const isData = id === "data";
  return {
    id,
    link: "bond-lacp",
    bond,
    bridge: !isData,
    mtu: id === "storage" ? 9000 : 1500,
    prefixLength: isData ? null : 24,
    gateway: id === "management" ? "10.77.2.1" : null,
    onNodes: bondedNodes.map((node, at) => ({
      node,
      nics: [...nics],
      ip: isData ? null : `10.77.${third}.${11 + at}`,
    })),
    ...more,
  };
}

export const manualNetworks = (): NetworkPlan[] => [
  manualNetwork("storage"),
  manualNetwork("management"),
  manualNetwork("data"),
];

export async function onNode(node: string, ...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.exec(node, argv, { timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`${node}: ${argv.join(" ")}: ${code} ${stderr}`);
  return stdout;
}

/** Devices of a node that only a change of its networks can have made. */
export async function madeDevices(node: string): Promise<string[]> {
  const names = (await onNode(node, "ls", "/sys/class/net")).trim().split(/\s+/);
  return names.filter((name) => /^(br_|bond\d)/.test(name));
}

/** What a node has not of the manual's three networks: devices and addresses in the kernel, whoever set them. */
export async function missingOn(node: string, networks: readonly NetworkPlan[] = manualNetworks()): Promise<string[]> {
  const shown = await onNode(node, "ip", "-brief", "address");
  const lines = shown.split("\n");
  return networks.flatMap((plan) => {
    const device = networkDevice(plan, node) ?? "";
    const ip = plan.onNodes.find((entry) => entry.node === node)?.ip ?? null;
    const line = lines.find((text) => text.split(/\s/)[0]?.replace(/@.*/, "") === device);
    if (line === undefined) return [`${node} has no ${device}`];
    return ip === null || line.includes(` ${ip}/24`) ? [] : [`${node} ${device} lacks ${ip}`];
  });
}
