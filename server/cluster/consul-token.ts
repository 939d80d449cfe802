import { clusterSecretRef, clusterSecretsSchema } from "@/contract/cluster-secrets";
import { consulTokensSchema, suitePaths } from "@/contract/node-setup";
import type { RemoteHost } from "@/server/ports/remote-host";
import { learnSecret } from "@/server/secret/scrub";
import { hasSecret, openSecret } from "@/server/secret/service";

/**
 * The node's own file first: a cluster set up by `zsha install`, or set up anew since, has tokens the panel never saw. The sealed
 * ones serve while the file is not there yet. Null: neither, so Consul is asked without a token.
 */
export async function suiteToken(clusterId: string, host: RemoteHost): Promise<string | null> {
  const fromFile = consulTokensSchema.safeParse(parsed(await host.readFile(suitePaths.consulTokens)));
  if (fromFile.success) return learnt(fromFile.data.suiteToken);
  const ref = clusterSecretRef(clusterId);
  if (!(await hasSecret(ref))) return null;
  const sealed = clusterSecretsSchema.safeParse(parsed(await openSecret(ref)));
  return sealed.success ? learnt(sealed.data.suiteToken) : null;
}

function learnt(token: string): string {
  learnSecret(token, "consul-token");
  return token;
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
