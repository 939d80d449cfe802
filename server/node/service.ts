import type { NodeFacts } from "@/contract/node-facts";
import { hostOf } from "@/server/cluster/service";
import { collectFacts } from "@/server/node/collect-facts";

export async function nodeFacts(clusterId: string, node: string): Promise<NodeFacts> {
  return await collectFacts(await hostOf(clusterId, node));
}
