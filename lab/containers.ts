// One node: overlay mount, container, power. Nothing here knows of other nodes.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { labCgroups, processesInCgroup, removeCgroups } from "@/lab/cgroups";
import { removeNspawnScratch } from "@/lab/nspawn-scratch";
import { deleteNamespace, plugInNode, pullCables, unplugNode } from "@/lab/network";
import { systemDisk, systemDiskIsFree } from "@/lab/disks";
import { LabError } from "@/lab/lab-error";
import { LAYER_DIR } from "@/lab/node-layer";
import { LAB_SOURCE, nodeDir } from "@/lab/places";
import type { NetworkMode, PlannedNode } from "@/lab/plan";
import {
  childrenOf,
  isAlive,
  isNamespaceInit,
  namespaceOf,
  processesInNamespace,
  readRecord,
  signal,
  waitUntil,
  type ProcessIdentity,
} from "@/lab/processes";
import { attempt, startDetached, type CommandResult } from "@/lab/shell";

// A killed container is gone within milliseconds; a kernel busy with its open files may need longer.
const DEATH_TIMEOUT_MS = 15_000;
// systemd answers 0.2 s after the start; a loaded machine takes seconds.
const BOOT_TIMEOUT_MS = 60_000;
// systemd's own stop time-out for a service is 90 s.
const SHUTDOWN_TIMEOUT_MS = 120_000;
// SIGRTMIN+3, which systemd as pid 1 takes for `halt`. glibc's SIGRTMIN is 34.
const SIGNAL_HALT = 37;

// The same that node/start.sh withholds from the container.
const WITHHELD = "-sys_time,-sys_module";
// The same as in system.conf.d and sshd_config.d of node/root, for programs started by exec.
const NODE_ENVIRONMENT = ["CEPH_USE_RANDOM_NONCE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"];
export const SUPERVISOR_RECORD = "supervisor.pid";
const SANE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** node/start.sh, which lives as long as the node has power. */
export function supervisor(node: PlannedNode): ProcessIdentity | null {
  const record = readRecord(path.join(nodeDir(node.name), SUPERVISOR_RECORD));
  return record && isAlive(record) ? record : null;
}

/**
 * Pid 1 of the node as the host counts; a reboot inside the container changes it, so it is never kept. nspawn's first
 * child is for a moment a helper that still sees the host: only a process that is pid 1 of a namespace of its own counts.
 */
export function initPid(node: PlannedNode): number | null {
  const script = supervisor(node);
  const nspawn = script && childrenOf(script.pid)[0];
  const init = nspawn ? childrenOf(nspawn)[0] : undefined;
  return init !== undefined && isNamespaceInit(init) ? init : null;
}

export async function startContainer(
  node: PlannedNode,
  mode: NetworkMode,
  root: string,
  disks: readonly string[],
): Promise<void> {
  if (supervisor(node)) return;
  await release(node, mode);
  const home = nodeDir(node.name);
  mkdirSync(home, { recursive: true });
  await plugInNode(node, mode);
  const record = path.join(home, SUPERVISOR_RECORD);
  rmSync(record, { force: true });
  const log = path.join(home, "console.log");
  const begin = path.join(LAB_SOURCE, "node/begin.sh");
  const start = path.join(LAB_SOURCE, "node/start.sh");
  const layers = `${LAYER_DIR}:${root}`;
  // slave: the host's later unmounts of namespaces and disks reach the copy that this namespace starts with.
  const ownMounts = ["unshare", "--mount", "--propagation", "slave"];
  const mainboard = [node.namespace, node.name, systemDisk(node.name), home, layers];
  startDetached([...ownMounts, begin, record, node.namespace, start, ...mainboard, ...disks], log);
  await waitUntil(`${node.name}: container start (see ${log})`, BOOT_TIMEOUT_MS, () => {
    const script = readRecord(record);
    if (script && !isAlive(script))
      throw new LabError(`${node.name}: ended at its start:\n${readFileSync(log, "utf8").slice(-2000)}`);
    return initPid(node) !== null;
  });
}

/** Up as far as systemd, ssh and libvirt are concerned; a failed unit does not hold a node back, as on real servers. */
export async function waitForBoot(node: PlannedNode): Promise<void> {
  await waitUntil(`${node.name}: end of boot`, BOOT_TIMEOUT_MS, async () => (await bootState(node)) === "running");
  const ready = "virsh --quiet --connect qemu:///system list >/dev/null && systemctl --quiet is-active ssh.service";
  await waitUntil(`${node.name}: ssh and libvirt`, BOOT_TIMEOUT_MS, async () => {
    const init = initPid(node);
    return init !== null && (await attempt(enter(init, ["sh", "-c", ready]))).code === 0;
  });
}

export async function bootState(node: PlannedNode): Promise<"off" | "starting" | "running"> {
  if (!supervisor(node)) return "off";
  const init = initPid(node);
  if (init === null) return "starting";
  const answer = (await attempt(enter(init, ["systemctl", "is-system-running"]))).stdout.trim();
  return answer === "running" || answer === "degraded" ? "running" : "starting";
}

/** The command line that enters a running node's namespaces. */
export function enterNode(node: PlannedNode, argv: readonly string[]): string[] {
  const init = initPid(node);
  if (init === null) throw new LabError(`${node.name} is off: 'npm run lab -- power-on ${node.name}' starts it`);
  return enter(init, argv);
}

/**
 * Entering from outside would keep the host's capabilities: without setpriv, `date -s` in a node sets the machine's clock.
 */
function enter(init: number, argv: readonly string[]): string[] {
  const limited = ["setpriv", `--bounding-set=${WITHHELD}`, `--inh-caps=${WITHHELD}`];
  const namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup"];
  const environment = [
    "env",
    "-i",
    `PATH=${SANE_PATH}`,
    "HOME=/root",
    "LANG=C.UTF-8",
    "TERM=dumb",
    ...NODE_ENVIRONMENT,
  ];
  return [...limited, "nsenter", "--target", String(init), ...namespaces, "--", ...environment, ...argv];
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
  await release(node, mode);
}

export async function kill(node: PlannedNode): Promise<void> {
  const parent = supervisor(node);
  const init = initPid(node);
  if (parent) {
    signal(parent.pid, "SIGKILL");
    if (init !== null) signal(init, "SIGKILL");
    await waitUntil(`${node.name}: end of its container`, DEATH_TIMEOUT_MS, () => !isAlive(parent));
  }
  await waitUntil(`${node.name}: end of its processes`, DEATH_TIMEOUT_MS, () => {
    const left = labCgroups()
      .filter((folder) => path.basename(folder) === node.namespace)
      .flatMap(processesInCgroup);
    for (const pid of left) signal(pid, "SIGKILL");
    return left.length === 0;
  });
}

/** An orderly stop, as `systemctl halt` on the node would do it. */
export async function shutDown(node: PlannedNode, mode: NetworkMode): Promise<void> {
  const parent = supervisor(node);
  const init = initPid(node);
  if (parent && init !== null) {
    signal(init, SIGNAL_HALT);
    await waitUntil(`${node.name}: orderly shutdown`, SHUTDOWN_TIMEOUT_MS, () => !isAlive(parent));
  }
  await release(node, mode);
}

/** Gives back what a stopped container leaves: mount, namespace, cgroups. The node's disk and overlay stay. */
export async function release(node: PlannedNode, mode: NetworkMode): Promise<void> {
  await waitUntil(`${node.name}: its disks to be free`, DEATH_TIMEOUT_MS, () => systemDiskIsFree(node.name));
  await unplugNode(node, mode);
  await deleteNamespace(node.namespace);
  removeCgroups(node.namespace);
  removeNspawnScratch(node.namespace);
}

/** Processes of the node with this command name, as the host counts them. */
export function nodeProcesses(node: PlannedNode, name: string, nameOf: (pid: number) => string | null): number[] {
  const init = initPid(node);
  const space = init === null ? null : namespaceOf(init, "pid");
  return space ? processesInNamespace("pid", space).filter((pid) => nameOf(pid) === name) : [];
}
