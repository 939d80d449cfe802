import { z } from "zod";

/** What people do to the panel and to clusters. Stored: retired, never renamed. */
export const auditActionSchema = z.enum([
  "panel-set-up",
  "signed-in",
  "sign-in-refused",
  "signed-out",
  "user-created",
  "user-removed",
  "user-role-changed",
  "user-password-changed",
  "draft-created",
  "draft-removed",
  "node-key-accepted",
  "node-key-installed",
  "secret-stored",
  "secret-shown",
  "upload-started",
  "upload-completed",
  "run-created",
  "run-paused",
  "run-resumed",
  "run-cancelled",
  "run-undone",
  "cluster-changed",
  "config-published",
  "bracket-found",
  "bracket-overdue",
  "bracket-ended",
  "support-bundle-made",
  "scrape-token-created",
  "scrape-token-removed",
  "cluster-adopted",
  "cluster-forgotten",
  "alarm-acknowledged",
  "alarm-acknowledgement-withdrawn",
  "notification-channel-saved",
  "notification-channel-tested",
  "notification-channel-removed",
]);
export type AuditAction = z.infer<typeof auditActionSchema>;

export const auditEntrySchema = z.object({
  id: z.number(),
  at: z.date(),
  actor: z.string(),
  action: auditActionSchema,
  target: z.string().nullable(),
  outcome: z.enum(["done", "refused", "failed"]),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  address: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
