import { z } from "zod";
import { type EventKind, eventGroups, eventKindNames, eventSeverities } from "@/contract/event-kinds";
import { sayingSchema } from "@/contract/sentence-schema";

export const eventSeveritySchema = z.enum(eventSeverities);
const eventKindSchema = z.enum(eventKindNames as [EventKind, ...EventKind[]]);

const eventFactsSchema = z.record(z.string(), z.union([z.string(), z.number(), sayingSchema]));

const acknowledgementSchema = z.object({
  by: z.string(),
  at: z.string(),
  reason: z.string().nullable(),
  /** It is loud again from then on; null: as long as it stands. */
  until: z.string().nullable(),
  /** How it stood when somebody took note. */
  severity: eventSeveritySchema,
  count: z.number(),
});
export type Acknowledgement = z.infer<typeof acknowledgementSchema>;

/** One thing that happened. A moment has began = ended; a condition that still stands has no end. */
export const clusterEventSchema = z.object({
  id: z.number(),
  /** Null: the panel's own. */
  clusterId: z.string().nullable(),
  identity: z.string(),
  kind: eventKindSchema,
  severity: eventSeveritySchema,
  node: z.string().nullable(),
  runId: z.string().nullable(),
  facts: eventFactsSchema,
  beganAt: z.string(),
  endedAt: z.string().nullable(),
  count: z.number(),
  acknowledged: acknowledgementSchema.nullable(),
});

export const acknowledgeInputSchema = z.object({
  eventId: z.number().int(),
  reason: z.string().trim().max(300).nullable(),
  untilHours: z
    .number()
    .positive()
    .max(24 * 90)
    .nullable(),
});

/** What the timeline shows. Null: everything. */
export const eventFilterSchema = z.object({
  clusterId: z.string().nullable(),
  groups: z.array(z.enum(eventGroups)).nullable(),
  severities: z.array(eventSeveritySchema).nullable(),
  nodes: z.array(z.string().max(253)).max(64).nullable(),
  /** By the panel's clock: whatever stood at some time between the two. */
  sinceMs: z.number().nullable(),
  untilMs: z.number().nullable(),
});
export type EventFilter = z.infer<typeof eventFilterSchema>;
