import { z } from "zod";
import { networkIdSchema, vlanRange } from "@/contract/network-plan";

/** One network as it shall be on one node. Names of devices are derived: bond, or the single NIC; its VLAN; bridge `br_` + that. */
export const nodeNetworkSchema = z.object({
  id: networkIdSchema,
  link: z.enum(["single", "bond-lacp", "bond-active-backup"]),
  nics: z.array(z.string()).min(1),
  /** Null for `single`. */
  bond: z.string().nullable(),
  bridge: z.boolean(),
  vlan: z.number().int().min(vlanRange.min).max(vlanRange.max).optional(),
  mtu: z.number().int(),
  ip: z.string().nullable(),
  prefixLength: z.number().int().nullable(),
  gateway: z.string().nullable(),
});
export type NodeNetwork = z.infer<typeof nodeNetworkSchema>;

/** Below this stale ARP entries (up to 41 s measured) and slow LACP undo a change that was right; above it an operator waits in vain. */
export const rollbackSecondsMin = 30;
export const rollbackSecondsMax = 600;
export const rollbackSecondsDefault = 120;

/** Which nodes decide together whether the change stays. A node alone decides alone. */
export const sharedChangeSchema = z.object({
  /** The same on every node, another one for every attempt. */
  id: z.string().min(1),
  /** Signs what the nodes say to each other about this change. */
  secret: z.string().min(32),
  node: z.string(),
  /** Every address a peer has now or shall have: nobody knows which of them will work. */
  peers: z.array(z.object({ node: z.string(), addresses: z.array(z.string()) })),
});
export type SharedChange = z.infer<typeof sharedChangeSchema>;

/** Standard input (JSON) of `zsha net-apply --json -`. Confirm over a NEW connection with `zsha net-commit --json`. */
export const netApplySchema = z.object({
  protocol: z.literal(1),
  change: sharedChangeSchema.optional(),
  /** arm: the rollback runs and peers listen, nothing is touched. change: arms if need be, then changes. */
  step: z.enum(["arm", "change"]).default("change"),
  networks: z.array(nodeNetworkSchema),
  rollbackSeconds: z.number().int().min(rollbackSecondsMin).max(rollbackSecondsMax),
  /** True: say what would be done, change nothing. */
  plan: z.boolean().default(false),
});
export type NetApply = z.input<typeof netApplySchema>;

export const networkStackSchema = z.enum(["networkd", "network-manager", "ifupdown", "network-scripts"]);
export type NetworkStack = z.infer<typeof networkStackSchema>;

/** Standard output of net-apply. */
export const netApplyResultSchema = z.object({
  stack: networkStackSchema,
  /** False: everything was so already; nothing was touched and no timer runs. */
  changed: z.boolean(),
  files: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  commands: z.array(z.array(z.string())),
  /** Seen after applying; empty for a plan. */
  devices: z.array(
    z.object({
      name: z.string(),
      up: z.boolean(),
      mtu: z.number(),
      addresses: z.array(z.string()),
      wanted: z.string().nullable(),
    }),
  ),
  rollback: z.object({ armed: z.boolean(), seconds: z.number(), unit: z.string() }).nullable(),
  /** Peers whose guard answered; fewer than all means that this node would have to go back alone. */
  heard: z.array(z.string()).default([]),
});
export type NetApplyResult = z.infer<typeof netApplyResultSchema>;

/** Standard output of net-commit and net-rollback. `too-late`: the timer had undone the change before. */
export const netDecisionSchema = z.object({
  outcome: z.enum(["committed", "rolled-back", "nothing-pending", "too-late"]),
});
export type NetDecision = z.infer<typeof netDecisionSchema>;
