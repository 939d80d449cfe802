// What the lab adds to the packages: one layer shared by all nodes, and the few files that differ per node.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync, chmodSync } from "node:fs";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { LAB_SOURCE, STATE_DIR } from "@/lab/places";
import { managementFiles } from "@/lab/management-files";
import { planNics, type NetworkMode, type PlannedNode, type Stack } from "@/lab/plan";
import { listLines } from "@/lab/root-image";
import { run } from "@/lab/shell";

export const LAYER_DIR = path.join(STATE_DIR, "layer");
export const SSH_KEY = path.join(STATE_DIR, "id_ed25519");

/** A file of this machine that every node finds at its first start, without its way over the network. */
export interface GivenFile {
  from: string;
  /** Where in the node. */
  to: string;
}

export async function makeSharedLayer(files: readonly GivenFile[] = []): Promise<void> {
  mkdirSync(STATE_DIR, { recursive: true });
  await run([
    "cp",
    "--recursive",
    "--no-dereference",
    "--preserve=mode,links",
    path.join(LAB_SOURCE, "node/root"),
    LAYER_DIR,
  ]);
  maskUnits(path.join(LAB_SOURCE, "node/masked-units.txt"));
  for (const { from, to } of files) {
    const at = path.join(LAYER_DIR, to);
    mkdirSync(path.dirname(at), { recursive: true });
    await run(["cp", "--sparse=always", "--preserve=mode", from, at]);
  }
  if (!existsSync(SSH_KEY))
    await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "trivet-lab", "-f", SSH_KEY]);
  const ssh = path.join(LAYER_DIR, "root/.ssh");
  mkdirSync(ssh, { recursive: true });
  writeFileSync(path.join(ssh, "authorized_keys"), readFileSync(`${SSH_KEY}.pub`));
  // sshd ignores keys that others could have written.
  chmodSync(path.join(LAYER_DIR, "root"), 0o700);
  chmodSync(ssh, 0o700);
  chmodSync(path.join(ssh, "authorized_keys"), 0o600);
}

export function maskUnits(list: string): void {
  mask(LAYER_DIR, listLines(list));
}

function mask(root: string, names: readonly string[]): void {
  const units = path.join(root, "etc/systemd/system");
  mkdirSync(units, { recursive: true });
  for (const unit of names) symlinkSync("/dev/null", path.join(units, unit));
}

/** Every node has it, most use it; beside another network stack it must not even start. */
const NETWORKD_UNITS = ["systemd-networkd.service", "systemd-networkd.socket", "systemd-networkd-wait-online.service"];

/** Written once onto the node's system disk, like an installer would; later boots find what the node made of it. */
export function seedNode(node: PlannedNode, mode: NetworkMode, upper: string, stack: Stack = "networkd"): void {
  const write = (file: string, text: string, permissions = 0o644) => {
    mkdirSync(path.dirname(path.join(upper, file)), { recursive: true });
    writeFileSync(path.join(upper, file), text, { mode: permissions });
  };
  write("etc/hostname", `${node.name}\n`);
  write("etc/machine-id", `${randomBytes(16).toString("hex")}\n`);
  write(
    "etc/trivet-lab/nics",
    planNics(node, mode)
      .map((nic) => `${nic.name}\n`)
      .join(""),
  );
  if (stack !== "networkd") mask(upper, NETWORKD_UNITS);
  for (const file of managementFiles(node, stack)) write(file.path, file.text, file.permissions);
}
