import { z } from "zod";
import { bondFactsSchema } from "@/contract/bond-facts";

/** One link as the kernel has it now. Small on purpose: it is sent whenever a cable moves. */
export const liveLinkSchema = z.object({
  name: z.string(),
  kind: z.enum(["nic", "virtual", "bond", "bridge", "vlan"]),
  /** Bond or bridge it is a member of. */
  master: z.string().nullable(),
  mac: z.string(),
  mtu: z.number(),
  adminUp: z.boolean(),
  /** Null: the kernel does not say (the link is switched off). */
  carrier: z.boolean().nullable(),
  speedMbps: z.number().nullable(),
  /** Since the link appeared; null where the kernel does not count. */
  carrierChanges: z.number().nullable(),
});
export type LiveLink = z.infer<typeof liveLinkSchema>;

export const nodeLinksSchema = z.object({ links: z.array(liveLinkSchema), bonds: z.array(bondFactsSchema) });
export type NodeLinks = z.infer<typeof nodeLinksSchema>;
