import { z } from "zod";
import { sentenceSchema } from "@/contract/sentence-schema";

/** What a support bundle holds, in the order it is told to whoever makes one. */
export const bundleContents = [
  "status",
  "facts",
  "configs",
  "services",
  "ceph",
  "networks",
  "logs",
  "runs",
  "audit",
] as const;

export const bundlePartSchema = z.object({
  /** A node's name; null: what the panel itself knows. */
  node: z.string().nullable(),
  state: z.enum(["waiting", "collecting", "done", "unknown"]),
  /** What it does now, as the path in the bundle; null: nothing. */
  doing: z.string().nullable(),
  /** Why it could not be asked. */
  reason: sentenceSchema.nullable(),
  bytes: z.number(),
});
export type BundlePart = z.infer<typeof bundlePartSchema>;

export const bundleEntrySchema = z.object({
  path: z.string(),
  bytes: z.number(),
  /** Its beginning was left out, or all of it: the bundle would have become too large. */
  isCut: z.boolean(),
});
export type BundleEntry = z.infer<typeof bundleEntrySchema>;

export const bundleSchema = z.object({
  id: z.string(),
  clusterId: z.string(),
  clusterName: z.string(),
  actor: z.string(),
  startedAt: z.string(),
  state: z.enum(["collecting", "ready", "failed"]),
  reason: sentenceSchema.nullable(),
  parts: z.array(bundlePartSchema),
  entries: z.array(bundleEntrySchema),
  /** Packed; null until it is ready. */
  bytes: z.number().nullable(),
});
export type Bundle = z.infer<typeof bundleSchema>;
