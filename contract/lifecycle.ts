import { z } from "zod";
import { suitePaths } from "@/contract/node-setup";
import { suiteBuildSchema } from "@/contract/suite-version";

/** What is done to a cluster that runs, besides maintenance (manual 1.2.7.2–1.3.1, 3.14). Stored: retired, never renamed. */
export const lifecycleKinds = [
  "upgrade-suite",
  "update-config",
  "migrate-vm",
  "uninstall-suite",
  "reset-password",
  "install-guest-agent",
] as const;
export const lifecycleKindSchema = z.enum(lifecycleKinds);
export type LifecycleKind = z.infer<typeof lifecycleKindSchema>;

const base = {
  protocol: z.literal(1),
  actor: z.string(),
  nodes: z.array(z.object({ name: z.string(), address: z.string() })).min(1),
  /** The node asked first; when it does not answer, any other is. */
  helper: z.string(),
};

/** Two nodes without zshad at once are a standby less than the cluster was promised: one node after the other, and so many at most. */
export const upgradeRoundsMax = 9;
export const holdChoices = ["none", "first", "each"] as const;
export const holdChoiceSchema = z.enum(holdChoices);
export type HoldChoice = z.infer<typeof holdChoiceSchema>;

export const upgradeInputSchema = z.object({
  ...base,
  /** The build all nodes shall run; `kept`: the former one, which lies on each node since the last upgrade. */
  to: suiteBuildSchema.extend({ sha256: z.string(), from: z.enum(["panel", "kept"]) }),
  /** What each node says it runs now. */
  installed: z.record(z.string(), suiteBuildSchema),
  /** Standbys first, the node of the management VM last. */
  order: z.array(z.string()).min(1).max(upgradeRoundsMax),
  /** Node of the management VM; empty: it does not run. */
  subject: z.string(),
  /** Null: it stays where it is, and the restarted zshad adopts it. */
  moveVmTo: z.string().nullable(),
  /** Stand still after the first node, or after each one. */
  hold: holdChoiceSchema,
});
export type UpgradeInput = z.infer<typeof upgradeInputSchema>;

/** A sentence or two; the run's own report holds the rest. */
export const configReasonMax = 300;

export const updateConfigInputSchema = z.object({
  ...base,
  /** Modify index of the configuration the change was made to. */
  baseVersion: z.number(),
  /** Both in the one shape Consul carries (serialiseConfig). */
  before: z.string(),
  after: z.string(),
  /** `restart`: the management VM is stopped and started, for only a start reads the configuration. */
  apply: z.enum(["later", "restart"]),
  /** Why, for whoever reads the history. Runs from before it was asked have none. */
  reason: z.string().default(""),
});
export type UpdateConfigInput = z.infer<typeof updateConfigInputSchema>;

export const migrateInputSchema = z.object({ ...base, from: z.string(), target: z.string() });
export type MigrateInput = z.infer<typeof migrateInputSchema>;

export const uninstallInputSchema = z.object({
  ...base,
  /** The management VM's image: pool and name, or a path. */
  image: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("rbd"), spec: z.string(), cephUser: z.string().nullable() }),
    z.object({ kind: z.literal("file"), path: z.string() }),
  ]),
  deleteImage: z.boolean(),
});
export type UninstallInput = z.infer<typeof uninstallInputSchema>;

export const resetPasswordInputSchema = z.object({
  ...base,
  /** Sealed; null: the manual's default, which everybody knows. */
  passwordSecretRef: z.string().nullable(),
});
export type ResetPasswordInput = z.infer<typeof resetPasswordInputSchema>;

/** A shell inside the guest and JSON outside of it carry the name: nothing in it may need quoting. */
export const agentBundleName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.bin$/;

export const installAgentInputSchema = z.object({
  ...base,
  /** Node of the management VM. */
  owner: z.string(),
  bundle: z.object({
    /** Below the panel's data directory. */
    panelPath: z.string(),
    fileName: z.string().regex(agentBundleName),
    bytes: z.number(),
    sha256: z.string(),
  }),
});
export type InstallAgentInput = z.infer<typeof installAgentInputSchema>;

/** What a person asks for. */
export const lifecycleWishSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("upgrade-suite"),
    from: z.enum(["panel", "kept"]),
    moveVmFirst: z.boolean(),
    hold: holdChoiceSchema,
  }),
  z.object({
    kind: z.literal("update-config"),
    /** As typed: comments and a missing comma are told, not guessed at. */
    text: z.string().max(100_000),
    baseVersion: z.number(),
    apply: updateConfigInputSchema.shape.apply,
    reason: z.string().max(configReasonMax).optional(),
  }),
  z.object({ kind: z.literal("migrate-vm"), target: z.string().max(253) }),
  z.object({ kind: z.literal("uninstall-suite"), deleteImage: z.boolean() }),
  z.object({ kind: z.literal("reset-password"), to: z.enum(["random", "default"]) }),
  /** Empty: no bundle has been uploaded yet. */
  z.object({ kind: z.literal("install-guest-agent"), uploadId: z.string().max(64) }),
]);
export type LifecycleWish = z.infer<typeof lifecycleWishSchema>;

/** Whole executables by their sha256, and in `former` the sha256 of the one that ran before the last upgrade. */
export const buildsDirectory = `${suitePaths.stateDirectory}/builds`;
export const buildPath = (sha256: string): string => `${buildsDirectory}/${sha256}`;
export const formerBuildPath = `${buildsDirectory}/former`;

/** Former configurations, one file per version that was replaced. */
export const configBackupDirectory = `${suitePaths.stateDirectory}/config-backup`;
export const configBackupPath = (version: number): string => `${configBackupDirectory}/${version}.json`;

/** Result of the last step of an upgrade. */
export const upgradeResultSchema = z.object({
  versions: z.record(z.string(), z.string()),
  vmNode: z.string().nullable(),
  epoch: z.number().nullable(),
});
export type UpgradeResult = z.infer<typeof upgradeResultSchema>;
