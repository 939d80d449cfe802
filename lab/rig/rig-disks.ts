// The rig's disks are sparse files, each a namespace of the machine's one NVMe controller: first the root (1), the lab's
// layer (2) and the network stacks (3), then a system disk per node, then the nodes' empty disks.
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { DISK_BYTES, DISKS_DIR, sparseFile, systemDisk, SYSTEM_DISK_BYTES } from "@/lab/disks";
import { LAYER_DIR, seedNode } from "@/lab/node-layer";
import { STATE_DIR } from "@/lab/places";
import type { PlannedNode } from "@/lab/plan";
import { diskDevice } from "@/lab/rig/machine";
import { run } from "@/lab/shell";
import type { LabState } from "@/lab/state";

const SEEDS = path.join(STATE_DIR, "rig/seeds");
// Room for a hundred small files and the suite's executable; sparse.
const LAYER_BYTES = 256 * 1024 ** 2;

export function layerDisk(): string {
  return path.join(DISKS_DIR, "layer.img");
}

/** Files of the disks behind the layer, in the order in which the machine sees them. */
export async function makeRigDisks(state: LabState, nodes: readonly PlannedNode[]): Promise<string[]> {
  await fileSystem(sparseFile(path.basename(layerDisk()), LAYER_BYTES), LAYER_DIR);
  const files: string[] = [];
  for (const node of nodes) {
    const seed = path.join(SEEDS, node.name);
    const upper = path.join(seed, "upper");
    seedNode(node, state.networks, upper, state.stacks[node.name]);
    await seedHostKey(node, upper);
    const file = sparseFile(path.basename(systemDisk(node.name)), SYSTEM_DISK_BYTES);
    await fileSystem(file, seed);
    files.push(file);
  }
  rmSync(SEEDS, { recursive: true });
  for (const node of nodes) {
    for (let number = 1; number <= state.disks; number += 1)
      files.push(sparseFile(`${node.name}-${number}.img`, DISK_BYTES));
  }
  return files;
}

/** Making it in the node would add seconds to its first boot; RSA keys would add a minute. */
async function seedHostKey(node: PlannedNode, upper: string): Promise<void> {
  const folder = path.join(upper, "etc/ssh");
  mkdirSync(folder, { recursive: true });
  const key = path.join(folder, "ssh_host_ed25519_key");
  await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", node.name, "-f", key]);
}

async function fileSystem(file: string, content: string): Promise<void> {
  const options = ["-O", "^has_journal", "-E", "lazy_itable_init=1,root_owner=0:0", "-m", "0", "-d", content];
  await run(["mke2fs", "-q", "-t", "ext4", ...options, file]);
}

export function systemDiskDevice(node: PlannedNode): string {
  return diskDevice(node.index - 1);
}

export function dataDisks(state: LabState, node: PlannedNode): string[] {
  const first = state.nodes + (node.index - 1) * state.disks;
  return Array.from({ length: state.disks }, (_, at) => diskDevice(first + at));
}
