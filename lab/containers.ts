// One node: overlay mount, container, power. Nothing here knows of other nodes.
import { existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { removeCgroups } from "@/lab/cgroups";
import { unmountBelow } from "@/lab/mounts";
import { deleteNamespace, plugInNode, pullCables } from "@/lab/network";
import { LabError } from "@/lab/lab-error";
import { LAYER_DIR } from "@/lab/node-layer";
import { LAB_SOURCE, nodeDir } from "@/lab/places";
import type { NetworkMode, PlannedNode } from "@/lab/plan";
import {
  childrenOf,
  isAlive,
  namespaceOf,
  processesInNamespace,
  readRecord,
  signal,
  waitUntil,
  type ProcessIdentity,
} from "@/lab/processes";
import { attempt, run, startDetached, type CommandResult } from "@/lab/shell";

// A killed container is gone within milliseconds; a kernel busy with its open files may need longer.
const DEATH_TIMEOUT_MS = 15_000;
// systemd answers 0.2 s after the start; a loaded machine takes seconds.
const BOOT_TIMEOUT_MS = 60_000;
// systemd's own stop time-out for a service is 90 s.
const SHUTDOWN_TIMEOUT_MS = 120_000;
// SIGRTMIN+3, which systemd as pid 1 takes for `halt`. glibc's SIGRTMIN is 34.
const SIGNAL_HALT = 37;

const SANE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export function supervisor(node: PlannedNode): ProcessIdentity | null {
  const record = readRecord(path.join(nodeDir(node.name), "nspawn.pid"));
  return record && isAlive(record) ? record : null;
}

/** Pid 1 of the node as the host counts; a reboot inside the container changes it, so it is never kept. */
export function initPid(node: PlannedNode): number | null {
  const parent = supervisor(node);
  return parent ? (childrenOf(parent.pid)[0] ?? null) : null;
}

export async function startContainer(
  node: PlannedNode,
  mode: NetworkMode,
  root: string,
  disks: readonly string[],
): Promise<void> {
  if (supervisor(node)) return;
  await release(node);
  const home = nodeDir(node.name);
  const merged = path.join(home, "root");
  for (const folder of ["upper", "work", "root"]) mkdirSync(path.join(home, folder), { recursive: true });
  await plugInNode(node, mode);
  const layers = `lowerdir=${LAYER_DIR}:${root},upperdir=${path.join(home, "upper")},workdir=${path.join(home, "work")}`;
  await run(["mount", "-t", "overlay", node.namespace, "-o", layers, merged]);
  const record = path.join(home, "nspawn.pid");
  rmSync(record, { force: true });
  const start = path.join(LAB_SOURCE, "node/start.sh");
  const log = path.join(home, "console.log");
  startDetached([start, record, node.namespace, node.name, merged, ...disks], log);
  await waitUntil(`${node.name}: container start (see ${log})`, BOOT_TIMEOUT_MS, () => initPid(node) !== null);
}

/** Up as far as systemd, ssh and libvirt are concerned; a failed unit does not hold a node back, as on real servers. */
export async function waitForBoot(node: PlannedNode): Promise<void> {
  await waitUntil(`${node.name}: end of boot`, BOOT_TIMEOUT_MS, async () => (await bootState(node)) === "running");
  const ready = "virsh --quiet --connect qemu:///system list >/dev/null && systemctl --quiet is-active ssh.service";
  await waitUntil(
    `${node.name}: ssh and libvirt`,
    BOOT_TIMEOUT_MS,
    async () => (await inNode(node, ["sh", "-c", ready])).code === 0,
  );
}

export async function bootState(node: PlannedNode): Promise<"off" | "starting" | "running"> {
  if (!supervisor(node)) return "off";
  if (initPid(node) === null) return "starting";
  const answer = (await inNode(node, ["systemctl", "is-system-running"])).stdout.trim();
  return answer === "running" || answer === "degraded" ? "running" : "starting";
}

/** The command line that enters a running node's namespaces. */
export function enterNode(node: PlannedNode, argv: readonly string[]): string[] {
  const init = initPid(node);
  if (init === null) throw new LabError(`${node.name} is off: 'npm run lab -- power-on ${node.name}' starts it`);
  const environment = ["env", "-i", `PATH=${SANE_PATH}`, "HOME=/root", "LANG=C.UTF-8", "TERM=dumb"];
  return [
    "nsenter",
    "--target",
    String(init),
    "--mount",
    "--uts",
    "--ipc",
    "--net",
    "--pid",
    "--cgroup",
    "--",
    ...environment,
    ...argv,
  ];
}

export async function inNode(
  node: PlannedNode,
  argv: readonly string[],
  options: { input?: string; timeoutMs?: number } = {},
): Promise<CommandResult> {
  return attempt(enterNode(node, argv), options);
}

/** A power cut: the cables first, so that no process can say goodbye, then pid 1 and with it everything in the node. */
export async function cutPower(node: PlannedNode, mode: NetworkMode): Promise<void> {
  if (supervisor(node)) await pullCables(node, mode);
  await kill(node);
  await release(node);
}

export async function kill(node: PlannedNode): Promise<void> {
  const parent = supervisor(node);
  const init = initPid(node);
  if (init !== null) signal(init, "SIGKILL");
  if (parent) {
    signal(parent.pid, "SIGKILL");
    await waitUntil(`${node.name}: end of its container`, DEATH_TIMEOUT_MS, () => !isAlive(parent));
  }
  await waitUntil(`${node.name}: end of its processes`, DEATH_TIMEOUT_MS, async () => {
    const left = await processesOf(node.namespace);
    for (const pid of left) signal(pid, "SIGKILL");
    return left.length === 0;
  });
}

/** An orderly stop, as `systemctl halt` on the node would do it. */
export async function shutDown(node: PlannedNode): Promise<void> {
  const parent = supervisor(node);
  const init = initPid(node);
  if (parent && init !== null) {
    signal(init, SIGNAL_HALT);
    await waitUntil(`${node.name}: orderly shutdown`, SHUTDOWN_TIMEOUT_MS, () => !isAlive(parent));
  }
  await release(node);
}

/** Gives back what a stopped container leaves: mount, namespace, cgroups. The node's disk and overlay stay. */
export async function release(node: PlannedNode): Promise<void> {
  await unmountBelow(nodeDir(node.name));
  await deleteNamespace(node.namespace);
  removeCgroups(node.namespace);
}

async function processesOf(namespace: string): Promise<number[]> {
  if (!existsSync(`/run/netns/${namespace}`)) return [];
  const listed = await run(["ip", "netns", "pids", namespace]);
  return listed.split("\n").filter(Boolean).map(Number);
}

/** Processes of the node with this command name, as the host counts them. */
export function nodeProcesses(node: PlannedNode, name: string, nameOf: (pid: number) => string | null): number[] {
  const init = initPid(node);
  const space = init === null ? null : namespaceOf(init, "pid");
  return space ? processesInNamespace("pid", space).filter((pid) => nameOf(pid) === name) : [];
}
