import path from "node:path";

/** Everything `up` needs and may be thrown away: root file system, guest image, Consul. */
export const CACHE_DIR = process.env.TRIVET_LAB_CACHE ?? "/var/cache/trivet-lab";
/** The running cluster: node overlays, disks, records. `down` removes all of it. */
export const STATE_DIR = "/var/lib/trivet-lab";
/** Outside the state folder, because `down` deletes that while holding the lock. */
export const LOCK_FILE = "/run/trivet-lab.lock";

export const LAB_SOURCE = import.meta.dirname;

export function nodeDir(name: string): string {
  return path.join(STATE_DIR, "nodes", name);
}

/** Mount point of the node's system disk; the overlay's upper and work folders lie on it. */
export function systemDir(name: string): string {
  return path.join(nodeDir(name), "system");
}
