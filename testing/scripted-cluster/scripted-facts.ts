import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ScriptedCommand, ScriptedNode } from "@/testing/scripted-cluster/scripted-node";

export interface ScriptedHardware {
  /** Counts from 1: addresses, MACs and serial numbers follow from it. */
  index: number;
  managementIp: string;
  storageIp: string;
  memoryGiB: number;
  emptyDisks: number;
}

/**
 * Answers the panel's facts script with a server of the manual's kind: two bonds' worth of NICs, one system disk, some empty
 * ones. Its system and tools are those of a recorded node.
 */
export const factsCommand =
  (hardware: ScriptedHardware): ScriptedCommand =>
  ({ argv, node }) =>
    argv[3] === "collect-facts" ? { stdout: factsText(node, hardware) } : undefined;

function factsText(node: ScriptedNode, hardware: ScriptedHardware): string {
  const sections: Record<string, string> = {
    ...recorded(),
    "host-name": node.name,
    "boot-id": node.bootId,
    "machine-id": node.machineId,
    kernel: "6.1.0-18-amd64\nx86_64",
    cpu: `model name\t: Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz\nflags\t\t: fpu vmx ht\n${Array.from({ length: 32 }, (_, i) => `processor\t: ${i}`).join("\n")}`,
    "cpu-topology": "CPU(s): 32\nThread(s) per core: 2\nCore(s) per socket: 16\nSocket(s): 1",
    memory: `MemTotal: ${hardware.memoryGiB * 1024 * 1024} kB`,
    kvm: "usable",
    bonding: "available",
    "time-zone": "Asia/Shanghai",
    nics: nics(hardware),
    addresses: `2: eno1    inet ${hardware.managementIp}/24 scope global eno1\n4: eno3    inet ${hardware.storageIp}/24 scope global eno3`,
    "default-route": `default via ${hardware.managementIp.replace(/\d+$/, "1")} dev eno1`,
    ...disks(hardware),
    mounts:
      "Filesystem Type 1-blocks Used Available Capacity Mounted on\n/dev/sda2 ext4 480000000000 20000000000 440000000000 5% /",
    "hosts-file": node.read("/etc/hosts") ?? "127.0.0.1 localhost",
    membership: "",
    "cluster-file": node.read("/etc/zsha/cluster.json") ?? "",
    end: "",
  };
  return Object.entries(sections)
    .map(([name, text]) => `\n@@${name}\n${text}\n`)
    .join("");
}

const recording = join(import.meta.dirname, "../../server/node/fixtures/lab-debian-12.txt");

/** What says nothing about the one machine it was recorded on. */
function recorded(): Record<string, string> {
  const sections = readFileSync(recording, "utf8").split(/^@@/m).slice(1);
  const byName = new Map(
    sections.map((section) => [section.split("\n")[0] ?? "", section.slice(section.indexOf("\n") + 1)]),
  );
  return Object.fromEntries(
    ["os-release", "tools", "package-manager", "network-stack"].map((name) => [
      name,
      byName.get(name)?.trimEnd() ?? "",
    ]),
  );
}

function nics({ index }: ScriptedHardware): string {
  return [1, 2, 3, 4, 5, 6]
    .map((port) => {
      const mac = `ac:1f:6b:00:0${index}:0${port}`;
      return `name=eno${port} mac=${mac} speed=10000 carrier=1 flags=0x1003 mtu=1500 driver=i40e type=physical master=`;
    })
    .join("\n");
}

function disks({ index, emptyDisks }: ScriptedHardware): Record<string, string> {
  const empty = Array.from({ length: emptyDisks }, (_, i) => `/dev/sd${String.fromCharCode(98 + i)}`);
  const row = (path: string, type: string, size: number, serial: string, parent = "", mount = "") =>
    `NAME="${path}" TYPE="${type}" SIZE="${size}" ROTA="0" RO="0" MODEL="SSDSC2KB48" SERIAL="${serial}" MOUNTPOINT="${mount}" FSTYPE="" PKNAME="${parent}"`;
  return {
    "block-devices": [
      row("/dev/sda", "disk", 480_103_981_056, `S${index}0`),
      row("/dev/sda2", "part", 479_000_000_000, "", "/dev/sda", "/"),
      ...empty.map((path, i) => row(path, "disk", 3_840_755_982_336, `S${index}${i + 1}`)),
    ].join("\n"),
    "loop-files": "",
    "disk-evidence": ["device=/dev/sda", "head=data", ...empty.flatMap((path) => [`device=${path}`, "head=zero"])].join(
      "\n",
    ),
  };
}
