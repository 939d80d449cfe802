import { z } from "zod";

/** What a cluster's Consul is guarded with, and the key its nodes ask each other by. Sealed under `clusterSecretRef`, made once when its deployment starts. */
export const clusterSecretsSchema = z.object({
  /** 32 random bytes, base64. */
  gossipKey: z.string(),
  /** UUIDs. */
  managementToken: z.string(),
  suiteToken: z.string(),
  /** OpenSSH ed25519; sshd on the nodes runs nothing for it but `zsha peer`. */
  peerPrivateKey: z.string(),
  peerPublicKey: z.string(),
});
export type ClusterSecrets = z.infer<typeof clusterSecretsSchema>;

export const clusterSecretRef = (clusterId: string): string => `cluster/${clusterId}/consul`;
