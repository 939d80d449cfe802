import { z } from "zod";
import { sayingSchema } from "@/contract/sentence-schema";

/** Named checks of the wizard. `hard` must pass; `advice` may be accepted. Ids are translation keys: preflight.ID.{title,pass,fail,fix}. */
export const preflightCheckIds = [
  "node-count-odd",
  "nodes-reachable",
  "host-keys-accepted",
  "host-names-unique",
  "host-names-valid",
  "machine-ids-unique",
  "macs-unique",
  "os-supported",
  "architecture-same",
  "clocks-agree",
  "time-zone-same",
  "virtualization-on",
  "hyper-threading-on",
  "cpu-enough",
  "memory-enough",
  "nic-count",
  "tools-present",
  "not-a-member-elsewhere",
  "empty-disk-present",
  "root-space-enough",
  "log-space-enough",
  "single-network-stack",
  "hosts-file-agrees",
] as const;
export const preflightCheckIdSchema = z.enum(preflightCheckIds);
export type PreflightCheckId = z.infer<typeof preflightCheckIdSchema>;

export const preflightResultSchema = z.object({
  id: preflightCheckIdSchema,
  severity: z.enum(["hard", "advice"]),
  /** Null: the check concerns all nodes together. */
  node: z.string().nullable(),
  state: z.enum(["pass", "fail", "unknown"]),
  /** Parameters of the translated message. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type PreflightResult = z.infer<typeof preflightResultSchema>;

/** A problem at one field of the wizard. `path` is dotted: "networks.storage.onNodes.0.ip"; message key: problems.CODE. */
export const fieldProblemSchema = z.object({
  path: z.string(),
  code: z.string(),
  severity: z.enum(["error", "advice"]),
  facts: z.record(z.string(), z.union([z.string(), z.number(), sayingSchema])),
});
export type FieldProblem = z.infer<typeof fieldProblemSchema>;
