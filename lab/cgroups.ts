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
  const own = readFileSync(path.join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  return [...own, ...foldersIn(folder).flatMap(processesInCgroup)];
}

export function removeCgroups(name: string): void {
  for (const folder of labCgroups()) if (path.basename(folder) === name) removeTree(folder);
}

function removeTree(folder: string): void {
  foldersIn(folder).forEach(removeTree);
  rmdirSync(folder);
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name));
}
