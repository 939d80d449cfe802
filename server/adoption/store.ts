import type { Adoption } from "@/contract/adoption";
import { database } from "@/server/database/client";

export interface AdoptedNode {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly hostKeyType: string;
  readonly hostKey: string;
  readonly fingerprint: string;
  readonly storageIp: string;
}

/**
 * The draft's id becomes the cluster's: asked twice at once, the database makes one cluster. The draft is gone afterwards; the sealed
 * password it was given stays under its name.
 */
export async function storeAdopted(
  id: string,
  name: string,
  nodes: readonly AdoptedNode[],
  adoption: Adoption,
): Promise<void> {
  const client = database();
  await client.$transaction([
    client.cluster.create({ data: { id, name, adopted: JSON.stringify(adoption) } }),
    client.node.createMany({ data: nodes.map((node, position) => ({ clusterId: id, position, ...node })) }),
    client.deploymentDraft.deleteMany({ where: { id } }),
  ]);
}

/** Null: there is no such cluster, or it was forgotten. */
export async function knownName(id: string): Promise<string | null> {
  const found = await database().cluster.findUnique({ where: { id, forgottenAt: null }, select: { name: true } });
  return found?.name ?? null;
}

/** Off every list, its name free again; the runs and their journals stay. */
export async function markForgotten(id: string, name: string): Promise<void> {
  const client = database();
  await client.$transaction([
    client.cluster.update({ where: { id }, data: { name: `${name} #${id}`, forgottenAt: new Date() } }),
    client.node.deleteMany({ where: { clusterId: id } }),
    client.deploymentDraft.deleteMany({ where: { clusterId: id } }),
  ]);
}

/** Nobody else writes it: a cluster is taken over once, and read again one reading at a time. */
export async function storeRecalled(id: string, adoption: Adoption): Promise<void> {
  await database().cluster.update({ where: { id }, data: { adopted: JSON.stringify(adoption) } });
}
