import { z } from "zod";
import { errorReportSchema } from "@/contract/errors";
import { netApplyResultSchema, netApplySchema, netDecisionSchema } from "@/contract/net-apply";
import { changeFateSchema } from "@/contract/net-ballot";
import { netProbeSchema, nodeNetworkReportSchema } from "@/contract/net-probe";

/**
 * What the guard of a network change is asked while it runs: by commands of its node, and by the panel through sshd, which opens the
 * socket itself, so that no program starts. One line of JSON each way. Only root can open it.
 */
export const guardSocket = "/run/zsha-net-guard.sock";

/** Of a guard that was started to be armed. Lives until its change is over or the node reboots; then the unit on disk takes its place. */
export const waitingGuardUnit = (name: string): string => `zsha-net-guard-${name}`;

/** Whose change is meant; a guard of another one refuses. Absent: whichever is there. */
const change = z.string().optional();

export const guardRequestSchema = z.discriminatedUnion("do", [
  /** Only to one that has no change yet. `run`: the panel's run that holds the cluster. */
  z.object({ do: z.literal("arm"), change, input: netApplySchema, run: z.string() }),
  /** Who is there, and in what phase; asks nobody. */
  z.object({ do: z.literal("greet"), change }),
  z.object({ do: z.literal("status"), change }),
  z.object({ do: z.literal("change"), change }),
  /** All paths, once LACP carries or was waited for. Without `wait` it begins, and is told to whoever asks for the same later. */
  z.object({ do: z.literal("probe"), change, probe: netProbeSchema, wait: z.boolean().default(true) }),
  /** What these networks would change on this node now. */
  z.object({ do: z.literal("plan"), change, input: netApplySchema }),
  /** To one whose change is over, or that has none: it makes room for the next one. */
  z.object({ do: z.literal("leave"), change }),
  /** Without `wait` the answer comes with the decision, before it is carried out: what carries it may be the connection. */
  z.object({ do: z.literal("decide"), change, prefer: changeFateSchema, wait: z.boolean().default(true) }),
]);
export type GuardRequest = z.input<typeof guardRequestSchema>;
export type GuardTask = z.output<typeof guardRequestSchema>;

export const guardAnswerSchema = z.object({
  change: z.string(),
  /** Of the suite that answers; empty from one that does not tell it. */
  version: z.string().default(""),
  /** waiting: it has no change yet. */
  phase: z.enum(["waiting", "armed", "changed", "undone"]),
  fate: changeFateSchema.nullable(),
  /** Peers that answered just now. */
  heard: z.array(z.string()).default([]),
  decision: netDecisionSchema.nullable().default(null),
  armed: netApplyResultSchema.nullable().default(null),
  report: nodeNetworkReportSchema.nullable().default(null),
  planned: netApplyResultSchema.nullable().default(null),
});
export type GuardAnswer = z.infer<typeof guardAnswerSchema>;

export const guardReplySchema = z.union([
  z.object({ answer: guardAnswerSchema }),
  z.object({ error: errorReportSchema }),
]);
