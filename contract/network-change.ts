import { z } from "zod";
import { inputNodeSchema } from "@/contract/deployment-input";
import { rollbackSecondsDefault, rollbackSecondsMax, rollbackSecondsMin } from "@/contract/net-apply";
import { networkPlanSchema } from "@/contract/network-plan";

/** Everything a run of `apply-networks` needs: the networks of all nodes as they shall be, all of them, changed or not. */
export const networkChangeInputSchema = z.object({
  protocol: z.literal(1),
  clusterName: z.string(),
  nodes: z.array(inputNodeSchema.pick({ name: true, address: true })).min(1),
  networks: z.array(networkPlanSchema).min(1),
  /** How long the nodes wait for the panel's word. */
  rollbackSeconds: z.number().int().min(rollbackSecondsMin).max(rollbackSecondsMax).default(rollbackSecondsDefault),
});
export type NetworkChangeInput = z.infer<typeof networkChangeInputSchema>;
