import { database } from "@/server/database/client";
import type { NodeLogin } from "@/server/ports/node-access";

export interface ClusterNode extends NodeLogin {
  name: string;
  storageIp: string | null;
}

/** The nodes of a cluster in their order, as the panel logs in to them. Empty: there is no such cluster. */
export async function clusterNodes(clusterId: string): Promise<ClusterNode[]> {
  const rows = await database().node.findMany({ where: { clusterId }, orderBy: { position: "asc" } });
  return rows.map(({ name, address, port, user, hostKeyType, fingerprint, storageIp }) => ({
    name,
    address,
    port,
    user,
    keyType: hostKeyType,
    fingerprint,
    storageIp,
  }));
}
