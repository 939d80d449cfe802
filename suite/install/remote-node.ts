import { AppError } from "@/contract/errors";
import type { HaNode } from "@/contract/ha-config";
import type { RemoteResult, SshNode } from "@/suite/ssh/ssh-node";

export interface RemoteNode {
  node: HaNode;
  ssh: SshNode;
}

/** Most commands answer at once; rbd and systemctl may wait for a busy daemon. */
export const shortTimeoutMs = 60_000;
/** setup-node starts chrony, Consul and zshad one after the other. */
export const setupTimeoutMs = 300_000;
/** 110 MB at 1 MB/s. */
export const sendTimeoutMs = 180_000;

export async function tryRemote(
  remote: RemoteNode,
  argv: readonly string[],
  timeoutMs = shortTimeoutMs,
): Promise<RemoteResult> {
  return remote.ssh.run(argv, { timeoutMs });
}

export async function requireRemote(
  remote: RemoteNode,
  argv: readonly string[],
  options: { timeoutMs?: number; stdin?: string | Buffer } = {},
): Promise<string> {
  const result = await remote.ssh.run(argv, { timeoutMs: shortTimeoutMs, ...options });
  if (result.kind === "exited" && result.code === 0) return result.stdout;
  throw remoteError(remote, argv, result);
}

export function remoteError(remote: RemoteNode, argv: readonly string[], result: RemoteResult): AppError {
  const name = argv.slice(0, 3).join(" ");
  const where = `${remote.node.name} (${remote.node.ip})`;
  const facts = { node: remote.node.name };
  if (result.kind !== "exited") {
    return new AppError(
      "command-outcome-unknown",
      `nobody knows what became of "${name}" on ${where}: ${result.reason}`,
      { facts },
    );
  }
  const said = (result.stderr.trim() || result.stdout.trim()).split("\n").slice(-3).join(" ");
  return new AppError(
    "command-failed",
    `"${name}" on ${where} exited with ${result.code}${said === "" ? "" : `: ${said}`}`,
    { facts },
  );
}
