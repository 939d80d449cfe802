/** Text and identifiers of a Ceph bootstrapped by hand on the nodes. Pure. */
import type { BootstrapStorage } from "@/contract/deployment";

export interface CephMonitor {
  name: string;
  ip: string;
}

const monitorAddress = (ip: string): string => `[v2:${ip}:3300,v1:${ip}:6789]`;

/**
 * Lowest number of copies with which a PG still serves: one host may be away without stopping the management VM, with four copies two.
 * Never one where there is a choice: a write that lies on a single disk is lost with it.
 */
export const minSizeFor = (replicas: BootstrapStorage["replicas"]): number => (replicas === 2 ? 1 : 2);

/**
 * /etc/ceph/ceph.conf. No `keyring` line in [global]: with several monitors each would look for its own key there,
 * find none and never form a quorum.
 */
export function cephConfText(options: {
  fsid: string;
  monitors: readonly CephMonitor[];
  publicNetwork: string;
  replicas: BootstrapStorage["replicas"];
  failureDomain: "host" | "osd";
  osdMemoryTargetMb: number;
}): string {
  const { fsid, monitors, publicNetwork, replicas, failureDomain, osdMemoryTargetMb } = options;
  return [
    "[global]",
    `fsid = ${fsid}`,
    `mon initial members = ${monitors.map((monitor) => monitor.name).join(", ")}`,
    `mon host = ${monitors.map((monitor) => monitorAddress(monitor.ip)).join(" ")}`,
    `public network = ${publicNetwork}`,
    "auth cluster required = cephx",
    "auth service required = cephx",
    "auth client required = cephx",
    "auth allow insecure global id reclaim = false",
    `osd pool default size = ${replicas}`,
    `osd pool default min size = ${minSizeFor(replicas)}`,
    `osd crush chooseleaf type = ${failureDomain === "host" ? 1 : 0}`,
    "osd pool default pg autoscale mode = off",
    "",
    "[osd]",
    `osd memory target = ${osdMemoryTargetMb * 1024 * 1024}`,
    "",
  ].join("\n");
}

/** ceph.conf of a node that only uses a Ceph that exists already. */
export function cephClientConfText(monitors: readonly string[]): string {
  return ["[global]", `mon host = ${monitors.join(",")}`, ""].join("\n");
}

export function keyringText(user: string, key: string): string {
  return [`[client.${user}]`, `\tkey = ${key}`, ""].join("\n");
}

/** Key of a user in a keyring; null when it is not there. */
export function keyOf(keyring: string, user: string): string | null {
  const section = keyring.split(/^\s*(?=\[)/m).find((part) => part.startsWith(`[client.${user}]`));
  return /^\s*key\s*=\s*(\S+)\s*$/m.exec(section ?? "")?.[1] ?? null;
}

/** A ceph.conf belongs to the Ceph of these monitors ("IP:PORT") when its `mon host` names one of their addresses. */
export function namesMonitorOf(cephConf: string, monitors: readonly string[]): boolean {
  const line = /^\s*mon[ _]host\s*=\s*(.*)$/m.exec(cephConf)?.[1] ?? "";
  const named = new Set(line.match(/\d{1,3}(?:\.\d{1,3}){3}/g) ?? []);
  return monitors.some((monitor) => named.has(monitor.split(":")[0] ?? ""));
}

export function monmapArguments(fsid: string, monitors: readonly CephMonitor[], path: string): string[] {
  return [
    "monmaptool",
    "--create",
    "--clobber",
    "--fsid",
    fsid,
    ...monitors.flatMap((monitor) => ["--addv", monitor.name, monitorAddress(monitor.ip)]),
    path,
  ];
}

/** `fsid = …` of a ceph.conf, null when there is none. */
export function fsidOf(cephConf: string): string | null {
  return /^\s*fsid\s*=\s*([0-9a-f-]{36})\s*$/m.exec(cephConf)?.[1] ?? null;
}

/** systemd drop-in: after a reboot the disk belongs to root again, and the OSD runs as `ceph`. */
export function osdDiskOwnerDropIn(disk: string): string {
  return ["[Service]", `ExecStartPre=+/bin/chown ceph:ceph ${disk}`, ""].join("\n");
}
