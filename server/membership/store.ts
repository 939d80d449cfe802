import type { InputNode } from "@/contract/deployment-input";
import { database } from "@/server/database/client";
import type { NodeLogin } from "@/server/ports/node-access";

/** How the panel logs in to a node, as its table has it. */
export interface NodeRow extends NodeLogin {
  hostKey: string;
}

/** Another machine under the same name: address and host key are those a person confirmed. */
export async function replaceNodeRow(clusterId: string, name: string, login: NodeRow): Promise<void> {
  const { address, port, user, keyType: hostKeyType, hostKey, fingerprint } = login;
  const data = { address, port, user, hostKeyType, hostKey, fingerprint };
  await database().node.update({ where: { clusterId_name: { clusterId, name } }, data });
}

/** As it is stored, so that it can be put back. */
export async function nodeLoginRow(clusterId: string, name: string): Promise<NodeRow> {
  const row = await database().node.findUniqueOrThrow({ where: { clusterId_name: { clusterId, name } } });
  const { address, port, user, hostKeyType, hostKey, fingerprint } = row;
  return { address, port, user, keyType: hostKeyType, hostKey, fingerprint };
}

export const rowOf = (node: InputNode): NodeRow => ({
  address: node.address,
  port: node.port,
  user: node.user,
  keyType: node.hostKeyType ?? "",
  fingerprint: node.hostKeyFingerprint,
  hostKey: node.hostKey ?? "",
});

/** Those that are there already stay as they are. */
export async function enterNodeRows(clusterId: string, nodes: readonly InputNode[]): Promise<void> {
  const there = await database().node.findMany({ where: { clusterId }, select: { name: true } });
  const missing = nodes.filter((node) => !there.some(({ name }) => name === node.name));
  const last = await database().node.aggregate({ where: { clusterId }, _max: { position: true } });
  const next = (last._max.position ?? -1) + 1;
  const data = missing.map((node, at) => {
    const { keyType: hostKeyType, ...row } = rowOf(node);
    return { ...row, hostKeyType, clusterId, name: node.name, storageIp: node.storageIp, position: next + at };
  });
  await database().node.createMany({ data });
}

export async function forgetNodeRows(clusterId: string, names: readonly string[]): Promise<void> {
  await database().node.deleteMany({ where: { clusterId, name: { in: [...names] } } });
}
