// The nodes' empty disks: sparse files behind loop devices that stay attached while a node is off.
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE_DIR, STATE_DIR } from "@/lab/places";
import { run } from "@/lab/shell";

const DISK_BYTES = 8 * 1024 ** 3;
const DISKS_DIR = path.join(STATE_DIR, "disks");

export async function makeDisks(node: string, count: number): Promise<string[]> {
  mkdirSync(DISKS_DIR, { recursive: true });
  const devices: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const file = path.join(DISKS_DIR, `${node}-${number}.img`);
    rmSync(file, { force: true });
    writeFileSync(file, "");
    truncateSync(file, DISK_BYTES);
    devices.push(await run(["losetup", "--find", "--show", file]));
  }
  return devices;
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
