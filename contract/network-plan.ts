import { z } from "zod";

/** The three networks of the manual (1.1.3). A network on one node is: NICs → (bond) → (bridge) → address. */
export const networkIdSchema = z.enum(["storage", "management", "data"]);
export type NetworkId = z.infer<typeof networkIdSchema>;

export const networkOnNodeSchema = z.object({
  node: z.string(),
  /** One NIC for `single`, two or more for a bond. */
  nics: z.array(z.string()),
  /** Null where the network carries no address on the nodes (VM data). */
  ip: z.string().nullable(),
});
export type NetworkOnNode = z.infer<typeof networkOnNodeSchema>;

export const networkPlanSchema = z.object({
  id: networkIdSchema,
  link: z.enum(["single", "bond-lacp", "bond-active-backup"]),
  /** bond0, bond1, bond2 by the manual; null for `single`. */
  bond: z.string().nullable(),
  /** True: bridge `br_<bond or NIC>` carries the address; the management VM attaches to it. */
  bridge: z.boolean(),
  mtu: z.number().int(),
  /** 802.1Q tag the frames carry on the cable; absent: none, and the switch port decides where they belong. */
  vlan: z.number().int().optional(),
  prefixLength: z.number().int().nullable(),
  gateway: z.string().nullable(),
  onNodes: z.array(networkOnNodeSchema),
});
export type NetworkPlan = z.infer<typeof networkPlanSchema>;

export const vlanRange = { min: 1, max: 4094 } as const;

/** What cables come together in on one node: the bond, or the single NIC. */
export function networkTrunk(plan: NetworkPlan, node: string): string | null {
  const on = plan.onNodes.find((entry) => entry.node === node);
  return (plan.link === "single" ? on?.nics[0] : plan.bond) ?? null;
}

/** Device that carries the address of a network on one node: br_bond0, bond0, bond0.100, br_bond0_100, br_eth0 or eth0. */
export function networkDevice(plan: NetworkPlan, node: string): string | null {
  const trunk = networkTrunk(plan, node);
  return trunk === null ? null : deviceOn(trunk, plan);
}

/** A dot in a bridge's name would make other programs take the bridge for a VLAN. */
export function deviceOn(trunk: string, { bridge, vlan }: Pick<NetworkPlan, "bridge" | "vlan">): string {
  if (vlan === undefined) return bridge ? `br_${trunk}` : trunk;
  return bridge ? `br_${trunk}_${vlan}` : `${trunk}.${vlan}`;
}
