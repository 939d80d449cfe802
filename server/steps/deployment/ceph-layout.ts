import { createHash } from "node:crypto";
import type { ClusterInput } from "@/contract/deployment-input";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import type { CephMonitor } from "@/server/steps/deployment/ceph-config";

/** Who carries what in a bootstrapped Ceph. Pure. */
export type BootstrapStorage = Extract<ClusterInput["storage"], { mode: "bootstrap" }>;

export function bootstrapStorage(input: ClusterInput): BootstrapStorage {
  if (input.storage.mode !== "bootstrap")
    throw new AppError("internal", "this deployment connects to an existing Ceph");
  return input.storage;
}

/** More than five monitors only slow their elections down. */
const monitorsMax = 5;

export const monitorsOf = (input: ClusterInput): CephMonitor[] =>
  input.nodes.slice(0, monitorsMax).map((node) => ({ name: node.name, ip: node.storageIp }));

/** One active manager and one standby. */
export const managersOf = (input: ClusterInput): string[] => input.nodes.slice(0, 2).map((node) => node.name);

export const disksOf = (input: ClusterInput, node: string): ClusterInput["disks"] =>
  input.disks.filter((disk) => disk.node === node);

/**
 * The OSD's UUID follows from cluster, node and disk, so `ceph osd new` called again after a lost answer returns the id
 * it gave before instead of making a second OSD.
 */
export function osdUuid(fsid: string, node: string, disk: string): string {
  const hex = createHash("sha256").update(`${fsid}\n${node}\n${disk}`).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** "10.77.1.0/24" of an address and its prefix length. */
export function subnetOf(ip: string, prefixLength: number): string {
  const bits = ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefixLength);
  const base = Math.floor(bits / size) * size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${prefixLength}`;
}

export function storageSubnet(input: ClusterInput): string {
  const plan = input.networks.find((network) => network.id === "storage");
  const node = input.nodes[0];
  if (node === undefined || plan === undefined || plan.prefixLength === null) {
    throw new AppError("config-invalid", say("storage-no-subnet"));
  }
  return subnetOf(node.storageIp, plan.prefixLength);
}
