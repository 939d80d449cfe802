// Nodes live in control groups of their own (node/start.sh makes them); they stay behind when a container is killed.
import { existsSync, readFileSync, readdirSync, rmdirSync } from "node:fs";
import path from "node:path";
import { NAME_PREFIX } from "@/lab/plan";

const CGROUP_ROOT = "/sys/fs/cgroup";

/** In every hierarchy: the unified root itself, or the controllers' folders below it on older kernels. */
export function labCgroups(): string[] {
  if (!existsSync(CGROUP_ROOT)) return [];
  const hierarchies = [CGROUP_ROOT, ...foldersIn(CGROUP_ROOT)];
  return hierarchies.flatMap(foldersIn).filter((folder) => path.basename(folder).startsWith(NAME_PREFIX));
}

/** A node's processes are found here from their first moment, before they enter any namespace. */
export function processesInCgroup(folder: string): number[] {
  const own = unlessGone(() => readFileSync(path.join(folder, "cgroup.procs"), "utf8"), "");
  const numbers = own.split("\n").filter(Boolean).map(Number);
  return [...numbers, ...foldersIn(folder).flatMap(processesInCgroup)];
}

export function removeCgroups(name: string): void {
  for (const folder of labCgroups()) if (path.basename(folder) === name) removeTree(folder);
}

function removeTree(folder: string): void {
  foldersIn(folder).forEach(removeTree);
  unlessGone(() => rmdirSync(folder), undefined);
}

function foldersIn(folder: string): string[] {
  return unlessGone(() => readdirSync(folder, { withFileTypes: true }), [])
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name));
}

/** A dying node's own systemd removes groups while they are being walked: what is gone has nothing in it. */
function unlessGone<T>(read: () => T, gone: T): T {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT" || code === "ENODEV") return gone;
    throw error;
  }
}
