import path from "node:path";
import { LabError } from "@/lab/lab-error";

/**
 * Name of this lab among several on one machine, each in a network namespace of its own: their addresses are the same.
 * Letters and digits, because it becomes part of names of namespaces, control groups and containers.
 */
export const LAB_NAME = labName(process.env.TRIVET_LAB ?? "");
const SUFFIX = LAB_NAME === "" ? "" : `-${LAB_NAME}`;

/** Everything `up` needs and may be thrown away: root file system, guest image, Consul. */
export const CACHE_DIR = process.env.TRIVET_LAB_CACHE ?? "/var/cache/trivet-lab";
/** The running cluster: node overlays, disks, records. `down` removes all of it. */
export const STATE_DIR = `/var/lib/trivet-lab${SUFFIX}`;
/** Outside the state folder, because `down` deletes that while holding the lock. */
export const LOCK_FILE = `/run/trivet-lab${SUFFIX}.lock`;

export const LAB_SOURCE = import.meta.dirname;

function labName(name: string): string {
  if (/^[a-z0-9]{0,8}$/.test(name)) return name;
  throw new LabError(`TRIVET_LAB names a lab in up to eight small letters and digits, not "${name}"`);
}

/** One folder for all nodes, where the lab was started with it: its locks are this machine's kernel's, so they count across nodes. */
export const SHARED_DIR = path.join(STATE_DIR, "shared");
/** Where the nodes see it. */
export const SHARED_MOUNT = "/storage";

export function nodeDir(name: string): string {
  return path.join(STATE_DIR, "nodes", name);
}

/** Mount point of the node's system disk; the overlay's upper and work folders lie on it. */
export function systemDir(name: string): string {
  return path.join(nodeDir(name), "system");
}
