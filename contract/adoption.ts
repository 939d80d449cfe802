import { z } from "zod";
import { clusterInputSchema } from "@/contract/deployment-input";
import { haConfigSchema } from "@/contract/ha-config";
import type { MaintenanceRecord } from "@/contract/maintenance";
import { networkPlanSchema } from "@/contract/network-plan";
import type { ClusterFile } from "@/contract/node-setup";
import { say, type Sentence } from "@/contract/sentence";

/** Stored with a cluster that another panel, or `zsha install`, had set up: what a deployment's own run would tell. No secret is in it. */
export const adoptionSchema = z.object({
  protocol: z.literal(1),
  actor: z.string(),
  at: z.string(),
  platform: z.object({ kind: z.enum(["zstack", "none"]), user: z.string(), passwordSecretRef: z.string().nullable() }),
  /** As on the nodes then: it serves while no Consul answers. */
  config: haConfigSchema,
  /** Highest fence number its nodes had seen: a cold start begins beyond it while they are dark. */
  fence: z.number().int().default(0),
  /** What the nodes said of the deployment, as far as they could; absent: not yet, and they are asked again. */
  networks: z.array(networkPlanSchema).optional(),
  cluster: clusterInputSchema.optional(),
});
export type Adoption = z.infer<typeof adoptionSchema>;

/** What one node, whose host key a person accepted, keeps of its cluster. */
export interface NodeMemory {
  readonly address: string;
  readonly name: string;
  /** Null: it belongs to no cluster. */
  readonly file: ClusterFile | null;
  readonly open: readonly MaintenanceRecord[];
  /** Highest fence number of any panel it has seen. */
  readonly fence: number;
  /** Why it could not be asked. */
  readonly unread: Sentence | null;
}

export interface FoundCluster {
  /** In the cluster's own order; address null: not among the nodes that were added. */
  readonly nodes: readonly { readonly name: string; readonly storageIp: string; readonly address: string | null }[];
  /** Maintenance that lies open on them, whoever began it. */
  readonly open: readonly MaintenanceRecord[];
  readonly suiteVersion: string | null;
  /** What keeps it from being taken over. */
  readonly problems: readonly Sentence[];
}

/** With what the panel would not know of it: its networks or its members could not be changed until the nodes say it. */
export interface TakeOverView extends FoundCluster {
  readonly limits: readonly Sentence[];
}

const membersOf = ({ nodes }: ClusterFile): string => nodes.map(({ name }) => name).join(" ");

/**
 * Every node must be there: the panel would otherwise have to trust a host key that nobody compared. None of them needs to serve:
 * all of this is read from files, so a cluster that was just switched on is found as well as one that runs.
 */
export function foundCluster(memories: readonly NodeMemory[]): FoundCluster {
  const first = memories.find(({ file }) => file !== null);
  const file = first?.file ?? null;
  const problems: Sentence[] = memories.length === 0 ? [say("adopt-no-nodes")] : [];
  for (const memory of memories) {
    const { name: node, unread } = memory;
    if (unread !== null) problems.push(say("adopt-unread", { node, reason: unread }));
    else if (memory.file === null) problems.push(say("adopt-not-member", { node }));
    else if (file !== null && membersOf(memory.file) !== membersOf(file))
      problems.push(say("adopt-other-cluster", { node, other: first?.name ?? "" }));
  }
  const nodes = (file?.nodes ?? []).map(({ name, ip }) => ({
    name,
    storageIp: ip,
    address: memories.find((memory) => memory.file?.node === name)?.address ?? null,
  }));
  for (const { name: node, address } of nodes) if (address === null) problems.push(say("adopt-node-missing", { node }));
  const open = new Map(memories.flatMap((memory) => memory.open.map((record) => [record.subject, record])));
  return { nodes, open: [...open.values()], suiteVersion: file?.suiteVersion ?? null, problems };
}
