import { z } from "zod";

/** What a cluster's Consul is guarded with. Sealed under `clusterSecretRef`, made once when its deployment starts. */
export const clusterSecretsSchema = z.object({
  /** 32 random bytes, base64. */
  gossipKey: z.string(),
  /** UUIDs. */
  managementToken: z.string(),
  suiteToken: z.string(),
});
export type ClusterSecrets = z.infer<typeof clusterSecretsSchema>;

export const clusterSecretRef = (clusterId: string): string => `cluster/${clusterId}/consul`;
