import type { DeploymentInput } from "@/contract/deployment-input";
import { database } from "@/server/database/client";

/**
 * The cluster a draft becomes. The draft's id is the cluster's too: two requests to start the same draft make one cluster,
 * kept by the database itself.
 */
export async function createClusterOnce(draftId: string, input: DeploymentInput): Promise<string> {
  const client = database();
  const existing = await client.cluster.findUnique({ where: { id: draftId } });
  if (existing !== null) return existing.id;
  await client.$transaction([
    client.cluster.create({ data: { id: draftId, name: input.clusterName, state: "being-deployed" } }),
    client.node.createMany({
      data: input.nodes.map((node, position) => ({
        clusterId: draftId,
        name: node.name,
        position,
        address: node.address,
        port: node.port,
        user: node.user,
        hostKeyType: node.hostKeyType ?? "",
        hostKey: node.hostKey ?? "",
        fingerprint: node.hostKeyFingerprint,
        storageIp: node.storageIp,
      })),
    }),
  ]);
  return draftId;
}

export const clusterNamed = (name: string): Promise<{ id: string } | null> =>
  database().cluster.findUnique({ where: { name }, select: { id: true } });
