import { z } from "zod";
import type { ClusterSecrets } from "@/contract/cluster-secrets";
import { consulTokensSchema, suitePaths } from "@/contract/node-setup";
import { say, type Sentence } from "@/contract/sentence";

/** Texts of the files a node keeps the cluster's keys in; null: there is no such file. Never logged, never shown. */
export interface KeyFiles {
  readonly node: string;
  readonly tokens: string | null;
  readonly consulConfig: string | null;
  readonly peer: string | null;
  readonly authorizedKeys: string | null;
}

const encryptSchema = z.object({ encrypt: z.string().min(1) });
const peerSchema = z.object({ privateKey: z.string().min(1) });

export type ClusterKeys = { readonly known: ClusterSecrets } | { readonly unknown: readonly Sentence[] };

/** What the cluster is guarded with, when all its nodes say the same. What they say is in no answer. */
export function clusterKeys(nodes: readonly KeyFiles[]): ClusterKeys {
  const unknown: Sentence[] = [];
  const read = nodes.flatMap((files) => {
    const keys = keysIn(files);
    if ("secrets" in keys) return [{ node: files.node, secrets: keys.secrets }];
    unknown.push(say("adopt-key-missing", { node: files.node, path: keys.missing }));
    return [];
  });
  const [first, ...others] = read;
  for (const { node, secrets } of others)
    if (first !== undefined && JSON.stringify(secrets) !== JSON.stringify(first.secrets))
      unknown.push(say("adopt-keys-differ", { node, other: first.node }));
  return unknown.length > 0 || first === undefined ? { unknown } : { known: first.secrets };
}

function keysIn({
  tokens,
  consulConfig,
  peer,
  authorizedKeys,
}: KeyFiles): { secrets: ClusterSecrets } | { missing: string } {
  const consul = consulTokensSchema.safeParse(json(tokens));
  if (!consul.success) return { missing: suitePaths.consulTokens };
  const gossip = encryptSchema.safeParse(json(consulConfig));
  if (!gossip.success) return { missing: suitePaths.consulConfig };
  const own = peerSchema.safeParse(json(peer));
  if (!own.success) return { missing: suitePaths.peerFile };
  // The line sshd runs nothing for but `zsha peer`; its key belongs to the private one.
  const line = /command="\S*zsha peer" (\S+ \S+)/.exec(authorizedKeys ?? "")?.[1];
  if (line === undefined) return { missing: authorizedKeysPath };
  const { managementToken, suiteToken } = consul.data;
  const secrets = { gossipKey: gossip.data.encrypt, managementToken, suiteToken };
  return { secrets: { ...secrets, peerPrivateKey: own.data.privateKey, peerPublicKey: line } };
}

export const authorizedKeysPath = "/root/.ssh/authorized_keys";

function json(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
