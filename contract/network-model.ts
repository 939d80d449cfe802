import { z } from "zod";

/**
 * What the zs-* commands and the panel want of a node's interfaces. Kept there as one file; the files of the network stack are
 * rendered from it. An interface that is not in it is not ours and is never touched.
 */
const addressSchema = z.object({ ip: z.string(), prefixLength: z.number(), gateway: z.string().nullable() });
export const networkModelSchema = z.object({
  protocol: z.literal(1),
  bonds: z.array(
    z.object({
      name: z.string(),
      mode: z.enum(["lacp", "active-backup"]),
      members: z.array(z.string()),
      /** Absent: the kernel's own slow. Of use only when the switch does the same. */
      lacpRate: z.literal("fast").optional(),
    }),
  ),
  /** What sits on a bond or on a plain NIC. */
  settings: z.array(
    z.object({
      base: z.string(),
      bridge: z.boolean(),
      address: addressSchema.nullable(),
      mtu: z.number().nullable(),
    }),
  ),
});
export type NetworkModel = z.infer<typeof networkModelSchema>;

export const emptyModel: NetworkModel = { protocol: 1, bonds: [], settings: [] };

/** A dot would make other programs take the bridge for a VLAN. */
export const bridgeName = (base: string): string => `br_${base.replace(".", "_")}`;

/** Device that carries the address of a setting. */
export const carrierOf = ({ base, bridge }: NetworkModel["settings"][number]): string =>
  bridge ? bridgeName(base) : base;

/** "bond2.100" is VLAN 100 on bond2, as the kernel and all four stacks name it. */
export function vlanOf(base: string): { parent: string; id: number } | null {
  const [, parent, digits] = /^(.+)\.([1-9]\d{0,3})$/.exec(base) ?? [];
  const id = Number(digits);
  return parent === undefined || id > vlanMax ? null : { parent, id };
}
const vlanMax = 4094;

/** `zs-show-network --json`: what the kernel has, guests' taps left out. */
export const shownNetworkSchema = z.object({
  bonds: z.array(z.object({ name: z.string(), members: z.array(z.string()), options: z.string() })),
  devices: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      ports: z.array(z.string()),
      addresses: z.array(z.string()),
      mtu: z.number(),
    }),
  ),
});
export type ShownNetwork = z.infer<typeof shownNetworkSchema>;
