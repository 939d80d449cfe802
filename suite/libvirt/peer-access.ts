import { readdir, readFile } from "node:fs/promises";
import { z } from "zod";
import { suitePaths } from "@/contract/node-setup";
import { ensureDirectory, ensureFile, exists, readTextIfThere } from "@/suite/system/files";
import { describeFailure, runCommand, succeeded } from "@/suite/system/run-command";

/**
 * How one node's libvirt reaches another's for migrations: ssh with a key of the suite's own, whose only use on the far
 * side is libvirt's helper. Private keys never leave their node; public ones and host keys travel through Consul.
 */
const directory = `${suitePaths.configDirectory}/ssh`;
const keyPath = `${directory}/id_ed25519`;
const knownHostsPath = `${directory}/known_hosts`;
const commandPath = `${directory}/connect`;
const authorizedKeysPath = "/root/.ssh/authorized_keys";
const mark = "zsha-migration";
const keygenTimeoutMs = 20_000;

export const peerKeySchema = z.object({
  node: z.string(),
  ip: z.string(),
  publicKey: z.string(),
  hostKeys: z.array(z.string()),
});
export type PeerKey = z.infer<typeof peerKeySchema>;

export const peerUri = (ip: string): string => `qemu+ssh://root@${ip}/system?command=${commandPath}&no_tty=1`;

const connectScript = `#!/bin/sh
exec ssh -i ${keyPath} -o IdentitiesOnly=yes -o UserKnownHostsFile=${knownHostsPath} -o StrictHostKeyChecking=yes -o BatchMode=yes -o ConnectTimeout=5 -o ServerAliveInterval=5 -o ServerAliveCountMax=3 "$@"
`;

/** Makes this node's key when it has none and says what the others need to know. */
export async function ownPeerKey(node: string, ip: string): Promise<PeerKey> {
  await ensureDirectory(directory, { mode: 0o700 });
  if (!(await exists(keyPath))) {
    const argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", `${mark} ${node}`, "-f", keyPath];
    const result = await runCommand(argv, { timeoutMs: keygenTimeoutMs });
    if (!succeeded(result)) throw new Error(describeFailure(argv, result));
  }
  await ensureFile(commandPath, connectScript, { mode: 0o700 });
  const publicKey = words((await readFile(`${keyPath}.pub`, "utf8")).trim(), 2);
  const names = (await readdir("/etc/ssh")).filter((name) => /^ssh_host_\w+_key\.pub$/.test(name)).sort();
  const hostKeys = await Promise.all(names.map(async (name) => words(await readFile(`/etc/ssh/${name}`, "utf8"), 2)));
  return { node, ip, publicKey, hostKeys };
}

/** Lets the peers in through the one door and knows their host keys. Other lines of authorized_keys are left alone. */
export async function admitPeers(peers: readonly PeerKey[]): Promise<void> {
  const hosts = peers.flatMap((peer) => peer.hostKeys.map((key) => `${peer.ip} ${key}\n`)).sort();
  await ensureFile(knownHostsPath, hosts.join(""), { mode: 0o600 });
  await ensureDirectory("/root/.ssh", { mode: 0o700 });
  const before = (await readTextIfThere(authorizedKeysPath)) ?? "";
  await ensureFile(authorizedKeysPath, authorizedKeys(before, peers), { mode: 0o600 });
}

export function authorizedKeys(before: string, peers: readonly PeerKey[]): string {
  const others = before.split("\n").filter((line) => line.trim() !== "" && !line.endsWith(` ${mark}`));
  const ours = peers.map(
    (peer) => `restrict,from="${peer.ip}",command="virt-ssh-helper qemu:///system" ${peer.publicKey} ${mark}`,
  );
  return [...others, ...ours.sort()].map((line) => `${line}\n`).join("");
}

const words = (text: string, count: number): string => text.trim().split(/\s+/).slice(0, count).join(" ");
