import { z } from "zod";
import { networkIdSchema } from "@/contract/network-plan";

/**
 * Standard input of `zsha net-apply --json -` on one node: the networks this node is to have. The node backs its files up, arms
 * a rollback that needs nobody, applies, and reports; `zsha net-commit --json` disarms it, `zsha net-rollback --json` rolls back now.
 * Applying what is there already changes nothing and arms nothing. `--check` only compares (exit 1 and the differences as `changes`
 * with state `applied` when something would change).
 */
export const nodeNetworkSchema = z.object({
  id: networkIdSchema,
  link: z.enum(["single", "bond-lacp", "bond-active-backup"]),
  /** Null for `single`. */
  bond: z.string().nullable(),
  nics: z.array(z.string()).min(1),
  bridge: z.boolean(),
  mtu: z.number().int(),
  address: z.object({ ip: z.string(), prefixLength: z.number().int() }).nullable(),
  gateway: z.string().nullable(),
});
export type NodeNetwork = z.infer<typeof nodeNetworkSchema>;

export const networkApplySchema = z.object({
  protocol: z.literal(1),
  /** Shorter undoes good changes while switches and ARP caches still learn (32–41 s measured); longer leaves a lost node lost. */
  rollbackSeconds: z.number().int().min(5).max(600),
  networks: z.array(nodeNetworkSchema),
});
export type NetworkApply = z.infer<typeof networkApplySchema>;

/** Last line of standard output of net-apply. `unchanged`: everything was as asked, no rollback is armed. */
export const networkApplyResultSchema = z.object({
  state: z.enum(["applied", "unchanged"]),
  /** ISO time at which the node rolls back by itself; null when nothing is armed. */
  rollbackAt: z.string().nullable(),
  changes: z.array(z.string()),
});
export type NetworkApplyResult = z.infer<typeof networkApplyResultSchema>;

/** Last line of net-commit and net-rollback. `nothing-armed`: committed before, or rolled back already. */
export const networkCommitResultSchema = z.object({ state: z.enum(["committed", "rolled-back", "nothing-armed"]) });
export type NetworkCommitResult = z.infer<typeof networkCommitResultSchema>;
