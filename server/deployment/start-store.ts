import type { DeploymentInput } from "@/contract/deployment-input";
import { database } from "@/server/database/client";

/**
 * The cluster a draft becomes. The draft's id is the cluster's too: two requests to start the same draft make one cluster,
 * kept by the database itself.
 */
export async function createClusterOnce(draftId: string, input: DeploymentInput): Promise<string> {
  if (await exists(draftId)) return draftId;
  try {
    await createCluster(draftId, input);
  } catch (error) {
    // Two starts looked at the same time: the one that came second finds the first one's cluster.
    if (!(await exists(draftId))) throw error;
  }
  return draftId;
}

const exists = async (id: string): Promise<boolean> => (await database().cluster.count({ where: { id } })) > 0;

async function createCluster(id: string, input: DeploymentInput): Promise<void> {
  const client = database();
  await client.$transaction([
    client.cluster.create({ data: { id, name: input.clusterName } }),
    client.node.createMany({ data: nodeRows(id, input) }),
  ]);
}

const nodeRows = (clusterId: string, input: DeploymentInput) =>
  input.nodes.map((node, position) => ({
    clusterId,
    name: node.name,
    position,
    address: node.address,
    port: node.port,
    user: node.user,
    hostKeyType: node.hostKeyType ?? "",
    hostKey: node.hostKey ?? "",
    fingerprint: node.hostKeyFingerprint,
    storageIp: node.storageIp,
  }));

export async function replaceNodes(clusterId: string, input: DeploymentInput): Promise<void> {
  const client = database();
  await client.$transaction([
    client.cluster.update({ where: { id: clusterId }, data: { name: input.clusterName } }),
    client.node.deleteMany({ where: { clusterId } }),
    client.node.createMany({ data: nodeRows(clusterId, input) }),
  ]);
}

export const clusterNamed = (name: string): Promise<{ id: string } | null> =>
  database().cluster.findUnique({ where: { name }, select: { id: true } });
