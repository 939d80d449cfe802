import { AppError } from "@/contract/errors";
import type { HaNode } from "@/contract/ha-config";
import { type PeerCommand, readPeerAccess } from "@/suite/setup/peer-access";
import { type RemoteResult, SshNode } from "@/suite/ssh/ssh-node";

/** Stopping and removing services of a node, with a busy systemd in mind. */
const peerTimeoutMs = 180_000;

/** Asks another node for one of the few things a peer may ask for. Null: this cluster was set up without peer keys. */
export async function askPeer(node: HaNode, command: PeerCommand): Promise<RemoteResult | null> {
  const access = await readPeerAccess();
  const fingerprint = access?.fingerprints[node.name];
  if (access === null || fingerprint === undefined) return null;
  const ssh = await SshNode.connect(node.ip, { user: "root", privateKey: access.privateKey, fingerprint });
  try {
    return await ssh.run([command], { timeoutMs: peerTimeoutMs });
  } finally {
    ssh.close();
  }
}

export async function requirePeer(node: HaNode, command: PeerCommand): Promise<void> {
  const result = await askPeer(node, command);
  if (result === null) {
    throw new AppError("blocked", `this node holds no key for ${node.name} (${node.ip})`, {
      facts: { node: node.name },
      advice: `Run the same command on ${node.name}, or use the panel.`,
    });
  }
  if (result.kind === "exited" && result.code === 0) return;
  const why = result.kind === "exited" ? result.stderr.trim() : result.reason;
  throw new AppError(
    result.kind === "exited" ? "command-failed" : "command-outcome-unknown",
    `${command} on ${node.name} (${node.ip}): ${why}`,
    {
      facts: { node: node.name },
    },
  );
}
