import { createHmac } from "node:crypto";
import { clusterSecretRef, clusterSecretsSchema } from "@/contract/cluster-secrets";
import type { NetApply, NodeNetwork, SharedChange } from "@/contract/net-apply";
import type { NetworkPlan } from "@/contract/network-plan";
import type { StepContext } from "@/server/engine/step";

/** What a procedure wants of the networks of all nodes, whatever else it is about. */
export interface NetworkWish {
  nodes: readonly { name: string; addresses: readonly string[] }[];
  networks: readonly NetworkPlan[];
  rollbackSeconds: number;
}

/** The networks one node is to have, as its own command wants them. */
export const networksOfNode = (wish: Pick<NetworkWish, "networks">, node: string): NodeNetwork[] =>
  wish.networks.flatMap((plan) => {
    const on = plan.onNodes.find((entry) => entry.node === node);
    if (on === undefined || on.nics.length === 0) return [];
    const { id, link, bond, bridge, vlan, mtu, gateway, prefixLength } = plan;
    const tag = vlan === undefined ? {} : { vlan };
    return [{ id, link, bond, nics: on.nics, bridge, ...tag, mtu, ip: on.ip, prefixLength, gateway }];
  });

/** Every address under which a node may be found, before and after. */
export function addressesOf(wish: NetworkWish, node: string): string[] {
  const planned = wish.networks.flatMap((plan) =>
    plan.onNodes.flatMap((entry) => (entry.node === node && entry.ip !== null ? [entry.ip] : [])),
  );
  const held = wish.nodes.find(({ name }) => name === node)?.addresses ?? [];
  return [...new Set([...held, ...planned])];
}

/**
 * One change per attempt. Its key is derived, not drawn: a panel that takes the attempt up again must say the same to nodes
 * that are not armed yet, or the nodes would not believe each other.
 */
export async function sharedChange(
  context: StepContext<unknown>,
  wish: NetworkWish,
): Promise<(node: string) => SharedChange> {
  const { gossipKey } = clusterSecretsSchema.parse(
    JSON.parse(await context.secret(clusterSecretRef(context.plan.clusterId))),
  );
  const id = `${context.runId}-${context.step.id}-${context.attempt}`;
  const secret = createHmac("sha256", gossipKey).update(id).digest("hex");
  return (node) => ({
    id,
    secret,
    node,
    peers: wish.nodes
      .filter(({ name }) => name !== node)
      .map(({ name }) => ({ node: name, addresses: addressesOf(wish, name) })),
  });
}

export const planInput = (wish: NetworkWish, node: string): string =>
  JSON.stringify({
    protocol: 1,
    rollbackSeconds: wish.rollbackSeconds,
    networks: networksOfNode(wish, node),
    plan: true,
  } satisfies NetApply);

export const applyInput = (wish: NetworkWish, change: SharedChange, step: "arm" | "change"): string =>
  JSON.stringify({
    protocol: 1,
    rollbackSeconds: wish.rollbackSeconds,
    networks: networksOfNode(wish, change.node),
    change,
    step,
  } satisfies NetApply);
