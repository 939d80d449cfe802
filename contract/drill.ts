import { z } from "zod";
import { historyRecordSchema, ownerRecordSchema } from "@/contract/consul-keys";
import { haProfileSchema } from "@/contract/ha-profile";

/** A drill: one fault made on purpose on a healthy cluster, and the recovery from it, measured. Stored: retired, never renamed. */
export const drillFaults = [
  "daemon-crash",
  "qemu-crash",
  "guest-halt",
  "node-crash",
  "owner-cut",
  "migration",
] as const;
export const drillFaultSchema = z.enum(drillFaults);
export type DrillFault = z.infer<typeof drillFaultSchema>;

/**
 * How long the owner stays cut from its peers. Shorter than a failover, and the owner is back before anybody took over; longer only
 * lengthens the time in which a real failure would find the cluster one node short.
 */
export const ownerCutSeconds = 90;

/** What is promised for a fault; a recovery beyond it is told as slower than promised, not as a failure. */
export const drillPromiseSchema = z.object({
  /** From the fault to the management VM running (daemon crash: to zshad answering for it again). */
  runningSeconds: z.number(),
  /** From the fault to the guest answering on its address. The guest's own boot is in it and is not the suite's to hasten. */
  guestSeconds: z.number(),
  /** Longest silence of the guest on its address; null: it is down in between, so silence says nothing of its own. */
  silentSeconds: z.number().nullable(),
});
export type DrillPromise = z.infer<typeof drillPromiseSchema>;

/** Input of a run of kind `drill`: everything the plan is made from. */
export const drillInputSchema = z.object({
  fault: drillFaultSchema,
  nodes: z.array(z.object({ name: z.string(), ip: z.string() })),
  /** Runs the management VM when the drill begins: where the fault happens. */
  owner: z.string(),
  /** Looks on and measures; for a migration also the target. */
  standby: z.string(),
  /** Addresses the guest may answer on; which one counts depends on where it runs. */
  addresses: z.array(z.string()),
  profile: haProfileSchema.nullable(),
  promise: drillPromiseSchema,
});
export type DrillInput = z.infer<typeof drillInputSchema>;

/** One line of what the node that looks on saw, with its own clock. Written only when something changed. */
export const drillSightSchema = z.discriminatedUnion("what", [
  z.object({ what: z.literal("armed"), atMs: z.number() }),
  z.object({
    what: z.literal("owner"),
    atMs: z.number(),
    node: z.string().nullable(),
    epoch: z.number(),
    phase: ownerRecordSchema.shape.phase.nullable(),
    /** The lock is held by a living session. */
    held: z.boolean(),
  }),
  /** A node's own line: `writtenMs` by that node's clock. */
  z.object({
    what: z.literal("service"),
    atMs: z.number(),
    node: z.string(),
    writtenMs: z.number(),
    domain: z.enum(["running", "paused", "stopped", "unknown"]),
    held: z.boolean(),
  }),
  z.object({ what: z.literal("history"), atMs: z.number(), record: historyRecordSchema }),
  z.object({ what: z.literal("guest"), atMs: z.number(), answers: z.boolean(), lastAnswerMs: z.number().nullable() }),
  z.object({ what: z.literal("blind"), atMs: z.number(), because: z.string() }),
]);
export type DrillSight = z.infer<typeof drillSightSchema>;

export const drillVerdictSchema = z.enum(["as-promised", "slower", "elsewhere"]);
export type DrillVerdict = z.infer<typeof drillVerdictSchema>;

/** Kept in the journal of the drill's run, as the result of its step `verify-drill-result`. */
export const drillResultSchema = z.object({
  injectedAt: z.string(),
  before: z.object({ node: z.string(), epoch: z.number() }),
  after: z.object({ node: z.string(), epoch: z.number() }),
  runningSeconds: z.number(),
  /** Null: no address of the guest was seen to answer. */
  guestSeconds: z.number().nullable(),
  silentSeconds: z.number().nullable(),
  /** The suite's own record of the recovery, with its seconds per phase; null when it wrote none. */
  record: historyRecordSchema.nullable(),
  promise: drillPromiseSchema,
  verdict: drillVerdictSchema,
});
export type DrillResult = z.infer<typeof drillResultSchema>;

export const drillResultStep = "verify-drill-result";
