import { z } from "zod";

/**
 * A state that somebody switched on and that has to be switched off again: what it is, who set it and since when. An author is named
 * only when the run's journal, the record on the nodes or the order itself names him; everything else was set by hand or by a program
 * the panel does not know, and is called that. Stored in the audit trail: retired, never renamed.
 */
export const bracketKinds = [
  "maintenance",
  "cluster-flags",
  "host-flags",
  "stopped-intent",
  "ha-service-off",
  "vm-ha-off",
  "host-maintenance",
] as const;
export const bracketKindSchema = z.enum(bracketKinds);
export type BracketKind = z.infer<typeof bracketKindSchema>;

/** All of them but a maintenance, which its own procedure ends: node up, or the cold start. */
export const endableBracketSchema = z.object({
  kind: bracketKindSchema.exclude(["maintenance"]),
  /** Null: it concerns the whole cluster. */
  node: z.string().nullable(),
  flags: z.array(z.string().regex(/^[a-z-]+$/)),
});
export type EndableBracket = z.infer<typeof endableBracketSchema>;
