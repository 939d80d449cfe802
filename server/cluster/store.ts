import { database } from "@/server/database/client";
import type { ClusterNode } from "@/server/cluster/node-store";

export interface StoredCluster {
  id: string;
  name: string;
  state: "being-deployed" | "managed";
  createdAt: Date;
  nodes: ClusterNode[];
}

const withNodes = {
  nodes: { orderBy: { position: "asc" } },
  runs: { where: { kind: "deploy-cluster", state: "succeeded" }, select: { id: true }, take: 1 },
} as const;

export async function listStoredClusters(): Promise<StoredCluster[]> {
  const found = await database().cluster.findMany({ include: withNodes, orderBy: { createdAt: "asc" } });
  return found.map(stored);
}

export async function findCluster(id: string): Promise<StoredCluster | null> {
  const found = await database().cluster.findUnique({ where: { id }, include: withNodes });
  return found === null ? null : stored(found);
}

type Row = Omit<StoredCluster, "nodes" | "state"> & {
  nodes: (Omit<ClusterNode, "keyType"> & { hostKeyType: string })[];
  runs: { id: string }[];
};

const stored = ({ id, name, createdAt, nodes, runs }: Row): StoredCluster => ({
  id,
  name,
  // The deployment's own run is the only record of it: a second one, written after it, could be lost in between.
  state: runs.length > 0 ? "managed" : "being-deployed",
  createdAt,
  nodes: nodes.map((node) => ({
    name: node.name,
    address: node.address,
    port: node.port,
    user: node.user,
    keyType: node.hostKeyType,
    fingerprint: node.fingerprint,
    storageIp: node.storageIp,
  })),
});
