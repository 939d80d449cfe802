import { rmSync } from "node:fs";
import path from "node:path";
import { removeCgroups } from "@/lab/cgroups";
import { detachLoop } from "@/lab/disks";
import { LabError } from "@/lab/lab-error";
import { findLeftovers, isClean, type Leftovers } from "@/lab/leftovers";
import { unmountBelow } from "@/lab/mounts";
import { deleteHostLinks, deleteNamespace, openRange } from "@/lab/network";
import { removeNspawnScratch } from "@/lab/nspawn-scratch";
import { CACHE_DIR, STATE_DIR } from "@/lab/places";
import { signal, waitUntil } from "@/lab/processes";

// The kernel finishes mounts, loop devices and namespaces a moment after their last process; on a loaded machine
// seconds later. Longer only delays the report of what is stuck.
const TEARDOWN_TIMEOUT_MS = 30_000;

/**
 * Sweeps until nothing is left. Works from what exists, not from records, so it also cleans up after an `up` that was
 * killed anywhere, with helpers of it still finishing. The route that closes the lab's addresses goes last.
 */
export async function tearDown(): Promise<void> {
  let left = await findLeftovers();
  const failures: unknown[] = [];
  try {
    await waitUntil("the end of the lab", TEARDOWN_TIMEOUT_MS, async () => {
      await sweep(left).catch((failure: unknown) => failures.push(failure));
      left = await findLeftovers();
      return isClean({ ...left, routes: [] });
    });
  } catch (cause) {
    const reason = failures.at(-1);
    throw new LabError(
      `the lab is not wholly down, this is left: ${JSON.stringify(left)}${reason instanceof Error ? `; last failure: ${reason.message}` : ""}`,
      { cause },
    );
  }
  await openRange();
}

/** In the order in which the parts hold each other. */
async function sweep(found: Leftovers): Promise<void> {
  for (const pid of found.processes) signal(pid, "SIGKILL");
  await unmountBelow(STATE_DIR);
  await unmountBelow(CACHE_DIR);
  for (const loop of found.loops) await detachLoop(loop);
  for (const namespace of found.namespaces) await deleteNamespace(namespace);
  await deleteHostLinks();
  for (const cgroup of found.cgroups) removeCgroups(path.basename(cgroup));
  found.scratch.forEach(removeNspawnScratch);
  rmSync(STATE_DIR, { recursive: true, force: true });
}
