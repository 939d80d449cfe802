import { z } from "zod";
import { logLevelSchema, logLineSchema } from "@/contract/log-line";
import { observedSchema } from "@/contract/observed-schema";

/** More would be no answer but another log; the search says that there is more, and goes on further back. */
export const searchLinesMax = 500;

export const logSearchSchema = z.object({
  clusterId: z.string(),
  nodes: z.array(z.string().max(253)).max(64).nullable(),
  /** Families: zshad.log stands for its rotated files too. Null: all. */
  files: z.array(z.string().max(255)).max(64).nullable(),
  levels: z.array(logLevelSchema).nullable(),
  /** Found as it is written, capitals or not; empty: every line. */
  text: z.string().max(200),
  /** By the panel's clock. */
  sinceMs: z.number().nullable(),
  untilMs: z.number().nullable(),
});
export type LogSearch = z.infer<typeof logSearchSchema>;

export const nodeSearchSchema = z.object({
  /** Newest first cut away when there were more. */
  found: z.number(),
  filesSearched: z.number(),
  filesTotal: z.number(),
  /** Why it ended before the oldest file: its time was over, or there were enough lines. */
  stopped: z.enum(["time", "limit"]).nullable(),
});
export type NodeSearch = z.infer<typeof nodeSearchSchema>;

export const logSearchAnswerSchema = z.object({
  lines: z.array(logLineSchema),
  nodes: z.record(z.string(), observedSchema(nodeSearchSchema)),
  /** There may be more before this moment; null: everything there is has been seen. */
  moreBeforeMs: z.number().nullable(),
});
export type LogSearchAnswer = z.infer<typeof logSearchAnswerSchema>;
