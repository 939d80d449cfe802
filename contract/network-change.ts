import { z } from "zod";
import { inputNodeSchema } from "@/contract/deployment-input";
import { rollbackSecondsDefault, rollbackSecondsMax, rollbackSecondsMin } from "@/contract/net-apply";
import { networkDevice, type NetworkPlan, networkPlanSchema } from "@/contract/network-plan";
import { type Saying, say } from "@/contract/sentence";

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

/** What both kinds of runs that make networks keep of them. */
export const plannedNetworksSchema = z.object({ networks: z.array(networkPlanSchema) });

/**
 * Addresses, and the devices that guests and the HA configuration are tied to, stay as they were installed; NICs, bond mode,
 * MTU and gateway may change. Null: nothing of that kind changes.
 */
export function changedIdentity(
  before: readonly NetworkPlan[],
  after: readonly NetworkPlan[],
): { node: string; network: string; why: Saying } | null {
  for (const old of before)
    for (const { node, ip } of old.onNodes) {
      const plan = after.find(({ id }) => id === old.id);
      const entry = plan?.onNodes.find((one) => one.node === node);
      const where = { node, network: old.id };
      if (plan === undefined || entry === undefined) return { ...where, why: say("network-not-removed", where) };
      if (entry.ip !== ip || (ip !== null && plan.prefixLength !== old.prefixLength))
        return { ...where, why: say("network-address-stays", { ...where, ip: ip ?? "-" }) };
      const [had, has] = [networkDevice(old, node), networkDevice(plan, node)];
      if (had === has) continue;
      const [wasOn, isOn] = [had ?? say("network-no-device"), has ?? say("network-no-device")];
      return { ...where, why: say("network-device-stays", { ...where, before: wasOn, after: isOn }) };
    }
  return null;
}
