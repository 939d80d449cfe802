import { type Adoption, adoptionSchema } from "@/contract/adoption";
import { database } from "@/server/database/client";
import type { ClusterNode } from "@/server/cluster/node-store";

export interface StoredCluster {
  id: string;
  name: string;
  state: "being-deployed" | "managed";
  createdAt: Date;
  nodes: ClusterNode[];
  /** Null: this panel's own run deployed it. */
  adopted: Adoption | null;
}

const withNodes = {
  nodes: { orderBy: { position: "asc" } },
  runs: { where: { kind: "deploy-cluster", state: "succeeded" }, select: { id: true }, take: 1 },
} as const;

export async function listStoredClusters(): Promise<StoredCluster[]> {
  const found = await database().cluster.findMany({
    where: { forgottenAt: null },
    include: withNodes,
    orderBy: { createdAt: "asc" },
  });
  return found.map(stored);
}

export async function findCluster(id: string): Promise<StoredCluster | null> {
  const found = await database().cluster.findUnique({ where: { id, forgottenAt: null }, include: withNodes });
  return found === null ? null : stored(found);
}

type Row = Omit<StoredCluster, "nodes" | "state" | "adopted"> & {
  adopted: string | null;
  nodes: (Omit<ClusterNode, "keyType"> & { hostKeyType: string })[];
  runs: { id: string }[];
};

const stored = ({ id, name, createdAt, nodes, runs, adopted }: Row): StoredCluster => ({
  id,
  name,
  // The deployment's own run is the only record of it: a second one, written after it, could be lost in between.
  state: runs.length > 0 || adopted !== null ? "managed" : "being-deployed",
  createdAt,
  adopted: adopted === null ? null : adoptionSchema.parse(JSON.parse(adopted)),
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
