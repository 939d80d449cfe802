import { readFile } from "node:fs/promises";
import { AppError } from "@/contract/errors";
import { type ClusterFile, clusterFileSchema, consulTokensSchema, suitePaths } from "@/contract/node-setup";

export interface NodeSettings {
  readonly cluster: ClusterFile;
  readonly suiteToken: string;
}

/** What `zsha install` left on this node. Without it there is no cluster to belong to. */
export async function readNodeSettings(): Promise<NodeSettings> {
  try {
    const cluster = clusterFileSchema.parse(JSON.parse(await readFile(suitePaths.clusterFile, "utf8")));
    const tokens = consulTokensSchema.parse(JSON.parse(await readFile(suitePaths.consulTokens, "utf8")));
    return { cluster, suiteToken: tokens.suiteToken };
  } catch (cause) {
    throw new AppError("not-found", `this node is not set up: ${suitePaths.clusterFile} cannot be used`, {
      cause,
      advice: 'Run "zsha install" or add the node in the panel.',
    });
  }
}
