// What was asked of the switch beyond its delivery state; part of the lab's record.
import { z } from "zod";
import { NETWORKS } from "@/lab/plan";

/** LACP with slow or fast heartbeats, no channel at all, or a channel without LACP. */
export const PORT_MODES = ["slow", "fast", "plain", "static"] as const;
export type PortMode = (typeof PORT_MODES)[number];

export const switchStateSchema = z.object({
  modes: z.array(z.object({ node: z.string(), network: z.enum(NETWORKS), mode: z.enum(PORT_MODES) })),
  /** Names of switch ports. */
  unplugged: z.array(z.string()),
  smallMtu: z.array(z.string()),
});
export type SwitchState = z.infer<typeof switchStateSchema>;

export const DELIVERED: SwitchState = { modes: [], unplugged: [], smallMtu: [] };
