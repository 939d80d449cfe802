import { rmSync } from "node:fs";
import path from "node:path";
import { removeCgroups } from "@/lab/cgroups";
import { detachLoop } from "@/lab/disks";
import { LabError } from "@/lab/lab-error";
import { findLeftovers, isClean } from "@/lab/leftovers";
import { unmountBelow } from "@/lab/mounts";
import { deleteHostLink, deleteNamespace, openRange } from "@/lab/network";
import { CACHE_DIR, STATE_DIR } from "@/lab/places";
import { signal, waitUntil } from "@/lab/processes";

const DEATH_TIMEOUT_MS = 15_000;

/**
 * Removes whatever is there, in the order in which the parts hold each other: processes, mounts, loop devices,
 * namespaces, links, control groups, files. The route closes the door until the end. Needs no record to be right, so it
 * also cleans up after an `up` that was killed anywhere.
 */
export async function tearDown(): Promise<void> {
  await waitUntil("end of the lab's processes", DEATH_TIMEOUT_MS, async () => {
    const { processes } = await findLeftovers();
    // A start that was under way may add a process after the first look, hence again until none is found.
    for (const pid of processes) signal(pid, "SIGKILL");
    return processes.length === 0;
  });
  await unmountBelow(STATE_DIR);
  await unmountBelow(CACHE_DIR);
  const found = await findLeftovers();
  for (const loop of found.loops) await detachLoop(loop);
  for (const namespace of found.namespaces) await deleteNamespace(namespace);
  await deleteHostLink();
  for (const cgroup of found.cgroups) removeCgroups(path.basename(cgroup));
  rmSync(STATE_DIR, { recursive: true, force: true });
  await openRange();
  // The kernel finishes loop and namespace removal a moment after the calls return.
  await waitUntil("the lab's last traces to vanish", DEATH_TIMEOUT_MS, async () =>
    isClean(await findLeftovers()),
  ).catch(async (cause: unknown) => {
    throw new LabError(`the lab is down, but this is left: ${JSON.stringify(await findLeftovers())}`, { cause });
  });
}
