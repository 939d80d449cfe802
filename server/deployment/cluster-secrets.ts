import { randomBytes, randomUUID } from "node:crypto";
import { clusterSecretRef, clusterSecretsSchema, type ClusterSecrets } from "@/contract/cluster-secrets";
import { bmcSecretSchema } from "@/contract/maintenance";
import { learnSecret } from "@/server/secret/scrub";
import { hasSecret, openSecret, putSecret } from "@/server/secret/service";

/** Consul's gossip key is 32 bytes; fewer would choose a weaker cipher. */
const gossipKeyBytes = 32;

/** Makes what the cluster is guarded with, once: a second start of the same deployment keeps it. */
export async function ensureClusterSecrets(
  clusterId: string,
  makeKey: () => { privateKey: string; publicKey: string },
): Promise<void> {
  const ref = clusterSecretRef(clusterId);
  if (await hasSecret(ref)) return;
  const peer = makeKey();
  const secrets: ClusterSecrets = {
    gossipKey: randomBytes(gossipKeyBytes).toString("base64"),
    managementToken: randomUUID(),
    suiteToken: randomUUID(),
    peerPrivateKey: peer.privateKey,
    peerPublicKey: peer.publicKey,
  };
  await putSecret("consul-token", JSON.stringify(secrets), ref);
}

/** Opens a run's secret; of a document of several, each one is scrubbed from then on. */
export async function openRunSecret(ref: string): Promise<string> {
  const value = await openSecret(ref);
  const parsed = clusterSecretsSchema.safeParse(parsedJson(value));
  if (parsed.success) {
    const { peerPublicKey: _public, ...secret } = parsed.data;
    for (const [name, part] of Object.entries(secret)) learnSecret(part, name);
  }
  const bmc = bmcSecretSchema.safeParse(parsedJson(value));
  if (bmc.success) learnSecret(bmc.data.password, "bmc-password");
  return value;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
