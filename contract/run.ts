import { z } from "zod";
import { errorReportSchema } from "@/contract/errors";
import { sentenceSchema } from "@/contract/sentence-schema";

/**
 * A run is one execution of a procedure's plan. Its events are the journal, the audit trail and the live stream at once:
 * append-only, numbered from 1 per run, each carrying the hash of the one before. Step ids are stored: retired, never renamed.
 */
export const procedureKindSchema = z.enum([
  "deploy-cluster",
  "drill",
  "apply-networks",
  "node-down",
  "node-up",
  "cluster-down",
  "cluster-up",
  "end-bracket",
  "start-vms",
  "upgrade-suite",
  "update-config",
  "migrate-vm",
  "uninstall-suite",
  "reset-password",
  "install-guest-agent",
  "replace-node",
  "add-node",
  "remove-node",
]);
export type ProcedureKind = z.infer<typeof procedureKindSchema>;

export const runStateSchema = z.enum([
  "planned",
  "running",
  "pausing",
  "parked", // needs a person: Resume or Undo
  "cancelling",
  "succeeded",
  "cancelled",
  "undoing",
  "undone",
  "undo-failed",
]);
export type RunState = z.infer<typeof runStateSchema>;

/** How far one step is on one node, and how we know. `unknown` = the answer was lost and could not be observed yet. */
export const cellStateSchema = z.enum([
  "pending",
  "checking",
  "blocked",
  "running",
  "verifying",
  "not-needed",
  "observed-succeeded",
  "failed",
  "unknown",
  "undoing",
  "undone",
  "undo-failed",
]);
export type CellState = z.infer<typeof cellStateSchema>;

/** Cell name of a step that concerns the cluster as a whole. */
export const clusterCell = "cluster";

export const plannedCommandSchema = z.object({
  node: z.string(),
  /** Shown and copied as typed in a shell; secrets appear as «name». */
  text: z.string(),
  /** The cell it belongs to, where that is not its node: a call the panel makes for one node. */
  cell: z.string().optional(),
});
export type PlannedCommand = z.infer<typeof plannedCommandSchema>;

/** The commands of one cell of a step. */
export const commandsOfCell = (commands: readonly PlannedCommand[], cell: string): PlannedCommand[] =>
  commands.filter((command) => cell === clusterCell || (command.cell ?? command.node) === cell);

export const plannedStepSchema = z.object({
  id: z.string().regex(/^(ensure|verify)-[a-z0-9-]+$/),
  phase: z.enum(["prepare", "networks", "storage", "image", "ha", "fault", "platform", "power", "verify"]),
  /** Node names, or ["cluster"]. Cells of one step run beside each other. */
  cells: z.array(z.string()).min(1),
  /** Steps that must be done on every cell before this one starts on any. */
  after: z.array(z.string()),
  commands: z.array(plannedCommandSchema),
  undo: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("commands"),
      commands: z.array(plannedCommandSchema),
      /** What the others still do where the cell's own machine is gone for good. Absent: it cannot be taken back without it. */
      withoutNode: z.array(plannedCommandSchema).optional(),
    }),
    z.object({ kind: z.literal("none"), because: sentenceSchema }),
  ]),
  pointOfNoReturn: z.boolean(),
  /** The run stands still before it and waits for Resume; at most one step stands before a hold at a time. */
  holdBefore: z.boolean().optional(),
  /** Its remote work may be ended in the middle; absent = a cancel waits for the end of the step. */
  cancellable: z.boolean().optional(),
  softTimeoutSeconds: z.number(),
  timeoutSeconds: z.number(),
});
export type PlannedStep = z.infer<typeof plannedStepSchema>;

export const planSchema = z.object({
  kind: procedureKindSchema,
  clusterId: z.string(),
  codeVersion: z.string(),
  /** SHA-256 of the facts the plan was made from; a run refuses a plan whose facts have changed. */
  factsDigest: z.string(),
  steps: z.array(plannedStepSchema),
});
export type Plan = z.infer<typeof planSchema>;

/** Why a run stands still and waits for a person. */
export const parkReasonSchema = z.enum([
  "step-failed",
  "paused",
  "cancelled",
  "code-changed",
  "cluster-locked",
  "held",
]);
export type ParkReason = z.infer<typeof parkReasonSchema>;

/**
 * What a person may ask of a run. `retry` names one cell; `undo-without` the node that is gone for good; the others concern the whole
 * run. `take`: who asks holds it from now on.
 */
export const runRequestSchema = z.object({
  request: z.enum(["pause", "resume", "retry", "cancel", "undo", "undo-without", "take"]),
  actor: z.string(),
  step: z.string().nullable(),
  cell: z.string().nullable(),
});
export type RunRequest = z.infer<typeof runRequestSchema>;

const cellEvent = { step: z.string(), cell: z.string(), attempt: z.number().int().positive() };

export const runEventBodySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("run-created"), actor: z.string() }),
  z.object({ kind: z.literal("run-requested"), ...runRequestSchema.shape }),
  z.object({
    kind: z.literal("run-state"),
    state: runStateSchema,
    because: sentenceSchema.nullable(),
    reason: parkReasonSchema.optional(),
  }),
  /** An attempt begins; nothing but reading until step-started. */
  z.object({ kind: z.literal("step-checking"), ...cellEvent }),
  z.object({
    kind: z.literal("step-checked"),
    ...cellEvent,
    verdict: z.enum(["already", "ready", "blocked"]),
    reason: sentenceSchema.nullable(),
  }),
  /** Durable before the first remote action of the attempt. */
  z.object({ kind: z.literal("step-started"), ...cellEvent, commands: z.array(plannedCommandSchema) }),
  /** Durable before this very command, file or transient unit goes to the node. `unit` names it for a later re-attach. */
  z.object({
    kind: z.literal("step-command"),
    ...cellEvent,
    node: z.string(),
    text: z.string(),
    unit: z.object({ step: z.string(), attempt: z.number().int().positive() }).nullable(),
  }),
  z.object({
    kind: z.literal("step-output"),
    ...cellEvent,
    stream: z.enum(["stdout", "stderr", "note"]),
    text: z.string(),
  }),
  z.object({
    kind: z.literal("step-progress"),
    ...cellEvent,
    fraction: z.number().min(0).max(1).nullable(),
    remainingSeconds: z.number().nullable(),
    text: sentenceSchema.nullable(),
  }),
  z.object({ kind: z.literal("step-verifying"), ...cellEvent }),
  z.object({
    kind: z.literal("step-succeeded"),
    ...cellEvent,
    observed: sentenceSchema,
    notNeeded: z.boolean(),
    /** What the step measured, where a run is made to measure: its procedure's contract says in which shape. */
    result: z.unknown().optional(),
  }),
  z.object({ kind: z.literal("step-failed"), ...cellEvent, error: errorReportSchema }),
  z.object({ kind: z.literal("step-unknown"), ...cellEvent, error: errorReportSchema }),
  z.object({ kind: z.literal("step-undo-started"), ...cellEvent }),
  z.object({ kind: z.literal("step-undone"), ...cellEvent, observed: sentenceSchema }),
  z.object({
    kind: z.literal("step-undo-failed"),
    ...cellEvent,
    error: errorReportSchema,
    leftChanged: z.array(z.string()),
  }),
]);
export type RunEventBody = z.infer<typeof runEventBodySchema>;

export const runEventSchema = z.object({
  runId: z.string(),
  seq: z.number().int().positive(),
  at: z.string(),
  body: runEventBodySchema,
});
export type RunEvent = z.infer<typeof runEventSchema>;

export const terminalRunStates = ["succeeded", "cancelled", "undone"] as const satisfies readonly RunState[];
export const isRunActive = (state: RunState): boolean => !(terminalRunStates as readonly RunState[]).includes(state);

/** The run is over and left no cluster behind: its draft may be changed and started again. */
export const endedWithoutResult = (state: string): boolean => state === "undone" || state === "cancelled";
