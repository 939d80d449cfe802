import { randomBytes, randomUUID } from "node:crypto";
import { z } from "zod";
import { AppError } from "@/contract/errors";
import { consulTokensSchema, suitePaths } from "@/contract/node-setup";
import { type RemoteNode, tryRemote } from "@/suite/install/remote-node";

export interface ClusterSecrets {
  gossipKey: string;
  managementToken: string;
  suiteToken: string;
}

const newSecrets = (): ClusterSecrets => ({
  gossipKey: randomBytes(32).toString("base64"),
  managementToken: randomUUID(),
  suiteToken: randomUUID(),
});

/** An upgrade, or a spare node in a living cluster, must speak with the cluster's own keys; only a new cluster gets new ones. */
export async function clusterSecrets(
  nodes: readonly RemoteNode[],
): Promise<{ secrets: ClusterSecrets; reused: boolean }> {
  const found = await Promise.all(nodes.map(async (remote) => ({ remote, secrets: await readSecrets(remote) })));
  const known = found.filter((entry) => entry.secrets !== null);
  const [first] = known;
  if (first?.secrets === undefined || first.secrets === null) return { secrets: newSecrets(), reused: false };
  const other = known.find((entry) => entry.secrets?.gossipKey !== first.secrets?.gossipKey);
  if (other !== undefined) {
    throw new AppError(
      "conflict",
      `${first.remote.node.name} and ${other.remote.node.name} belong to different clusters`,
      {
        advice: 'Run "zsha uninstall --yes-i-really-really-mean-it" on the one whose data is not needed.',
      },
    );
  }
  return { secrets: first.secrets, reused: true };
}

async function readSecrets(remote: RemoteNode): Promise<ClusterSecrets | null> {
  const [tokens, consul] = await Promise.all([
    tryRemote(remote, ["cat", suitePaths.consulTokens]),
    tryRemote(remote, ["cat", suitePaths.consulConfig]),
  ]);
  if (tokens.kind !== "exited" || consul.kind !== "exited" || tokens.code !== 0 || consul.code !== 0) return null;
  const { encrypt } = z.object({ encrypt: z.string() }).parse(JSON.parse(consul.stdout));
  return { gossipKey: encrypt, ...consulTokensSchema.parse(JSON.parse(tokens.stdout)) };
}
