// What of the lab exists on this machine, whatever the records say: `down` works on this list and then expects it empty.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { BMC_RECORD } from "@/lab/bmc";
import { labCgroups, processesInCgroup } from "@/lab/cgroups";
import { SUPERVISOR_RECORD } from "@/lab/containers";
import { labLoops } from "@/lab/disks";
import { mountsBelow } from "@/lab/mounts";
import { hostLinks, isOwnRoute, labNamespaces } from "@/lab/network";
import { nspawnScratch } from "@/lab/nspawn-scratch";
import { CACHE_DIR, STATE_DIR } from "@/lab/places";
import { LAB_RANGE } from "@/lab/plan";
import { isAlive, readRecord } from "@/lab/processes";
import { MACHINE_RECORD } from "@/lab/rig/machine";
import { attempt, run } from "@/lab/shell";

export interface Leftovers {
  processes: number[];
  namespaces: string[];
  mounts: string[];
  loops: string[];
  links: string[];
  routes: string[];
  cgroups: string[];
  scratch: string[];
  files: string[];
}

export async function findLeftovers(): Promise<Leftovers> {
  const namespaces = labNamespaces();
  const cgroups = labCgroups();
  const inNamespaces = await Promise.all(namespaces.map(processesInNetwork));
  const routes = await run(["ip", "-4", "route", "show", "root", LAB_RANGE]);
  return {
    processes: [...new Set([...inNamespaces.flat(), ...cgroups.flatMap(processesInCgroup), ...recordedProcesses()])],
    namespaces,
    mounts: [...(await mountsBelow(STATE_DIR)), ...(await mountsBelow(CACHE_DIR))],
    loops: await labLoops(),
    links: hostLinks(),
    routes: routes.split("\n").filter((line) => line.startsWith("unreachable") || isOwnRoute(line)),
    cgroups,
    scratch: nspawnScratch(),
    files: existsSync(STATE_DIR) ? readdirSync(STATE_DIR) : [],
  };
}

export function isClean(leftovers: Leftovers): boolean {
  return Object.values(leftovers).every((list) => list.length === 0);
}

/** Empty also when the namespace went away between the listing and this look. */
async function processesInNetwork(namespace: string): Promise<number[]> {
  const listed = await attempt(["ip", "netns", "pids", namespace]);
  return listed.stdout.split("\n").filter(Boolean).map(Number);
}

/** Controllers, which live in no namespace of their own; and nodes, or the rig's machine, that were recorded but have entered neither their control group nor their namespace yet. */
function recordedProcesses(): number[] {
  const nodes = path.join(STATE_DIR, "nodes");
  const names = existsSync(nodes) ? readdirSync(nodes) : [];
  return [
    MACHINE_RECORD,
    ...names.flatMap((name) => [SUPERVISOR_RECORD, BMC_RECORD].map((record) => path.join(nodes, name, record))),
  ]
    .map(readRecord)
    .flatMap((record) => (record && isAlive(record) ? [record.pid] : []));
}
