// The nodes' disks are sparse files behind loop devices. The empty ones stay attached while a node is off.
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE_DIR, STATE_DIR } from "@/lab/places";
import { run } from "@/lab/shell";

export const DISK_BYTES = 8 * 1024 ** 3;
// Enough for images and logs; a disk of its own keeps the host's fill level out of Ceph's and the product's checks.
export const SYSTEM_DISK_BYTES = 40 * 1024 ** 3;
export const DISKS_DIR = path.join(STATE_DIR, "disks");

export async function makeDisks(node: string, count: number): Promise<string[]> {
  const devices: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const file = sparseFile(`${node}-${number}.img`, DISK_BYTES);
    devices.push(await run(["losetup", "--find", "--show", file]));
  }
  return devices;
}

/** A factory-new disk under the same device: its file becomes one hole. */
export async function emptyDisk(device: string): Promise<void> {
  await run(["blkdiscard", "--force", device]);
}

/** Where a node's own files live: the overlay's upper and work folders. */
export async function makeSystemDisk(node: string): Promise<void> {
  const file = sparseFile(path.basename(systemDisk(node)), SYSTEM_DISK_BYTES);
  // No journal: a power cut kills the node's processes, not the kernel that writes this file system.
  await run(["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-E", "lazy_itable_init=1", "-m", "0", file]);
}

export function systemDisk(node: string): string {
  return path.join(DISKS_DIR, `${node}-system.img`);
}

/** Mounts the disk for a moment, before the node's first boot; afterwards only the node itself does (node/start.sh). */
export async function withSystemDisk(node: string, where: string, work: () => void): Promise<void> {
  mkdirSync(where, { recursive: true });
  await run(["mount", "-o", "loop,noatime", systemDisk(node), where]);
  try {
    work();
  } finally {
    await run(["umount", where]);
  }
}

/** A container's mounts end a moment after its last process; a second loop device over the file would corrupt it. */
export async function systemDiskIsFree(node: string): Promise<boolean> {
  return (await run(["losetup", "--associated", systemDisk(node)])) === "";
}

export function sparseFile(name: string, bytes: number): string {
  mkdirSync(DISKS_DIR, { recursive: true });
  const file = path.join(DISKS_DIR, name);
  rmSync(file, { force: true });
  writeFileSync(file, "");
  truncateSync(file, bytes);
  return file;
}

/** Loop devices over the lab's files, found by their backing file, so also after a crash between attach and record. */
export async function labLoops(): Promise<string[]> {
  const table = await run(["losetup", "--list", "--noheadings", "--raw", "--output", "NAME,BACK-FILE"]);
  return table
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, file]) => file?.startsWith(`${STATE_DIR}/`) || file?.startsWith(`${CACHE_DIR}/`))
    .flatMap(([name]) => (name ? [name] : []));
}

export async function detachLoop(device: string): Promise<void> {
  await run(["losetup", "--detach", device]);
}
