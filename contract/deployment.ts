import { z } from "zod";
import { haConfigSchema } from "@/contract/ha-config";
import { haProfileSchema } from "@/contract/ha-profile";
import { installPlanSchema } from "@/contract/install-files";
import { networkPlanSchema } from "@/contract/network-plan";
import { nodeFactsSchema } from "@/contract/node-facts";

/**
 * Draft of a first deployment, saved on the server after each change. Every part may be missing: the wizard reopens at
 * the first one that is not right. Secrets are not in it: they live sealed in the secret store, named by `secretRef`.
 */
export const draftNodeSchema = z.object({
  /** Stable within the draft; the node's name comes from its facts. */
  id: z.string(),
  address: z.string(),
  port: z.number().int(),
  user: z.string(),
  /** "SHA256:…" shown to and accepted by a person; null = not accepted yet. */
  acceptedFingerprint: z.string().nullable(),
  /** What the node presented last; differs from the accepted one = blocked. */
  presentedFingerprint: z.string().nullable(),
  presentedKeyType: z.string().nullable(),
  /** Base64 of the public key presented last, as in a known_hosts line. */
  presentedKey: z.string().nullable().default(null),
  /** The panel's own key is installed and was seen to work. */
  keyInstalled: z.boolean(),
  facts: nodeFactsSchema.nullable(),
});
export type DraftNode = z.infer<typeof draftNodeSchema>;

/** Copies of the data. Four are for five nodes and more: any two may be lost and every placement group still has two. */
export const replicasSchema = z.union([z.literal(2), z.literal(3), z.literal(4)]);

export const storagePlanSchema = z.discriminatedUnion("mode", [
  z.object({
    mode: z.literal("bootstrap"),
    /** Node name → disk paths that become OSDs. */
    disks: z.record(z.string(), z.array(z.string())),
    /** Disks with data that a person typed the confirmation for, as "NODE:PATH". */
    wipeConfirmed: z.array(z.string()),
    replicas: replicasSchema,
    failureDomain: z.enum(["host", "osd"]),
    pool: z.string(),
    pgNum: z.number().int(),
    osdMemoryTargetMb: z.number().int(),
    media: z.enum(["hybrid", "all-flash"]),
  }),
  z.object({
    mode: z.literal("existing"),
    monitors: z.array(z.string()),
    user: z.string(),
    keySecretRef: z.string().nullable(),
    pool: z.string(),
    createPool: z.boolean(),
    pgNum: z.number().int(),
    osdsPerNode: z.number().int(),
    /** The Ceph's owner agrees that the failover profile sets options in its configuration database; absent: not asked, so no. */
    tuneFailover: z.boolean().optional(),
    media: z.enum(["hybrid", "all-flash"]),
  }),
]);
export type StoragePlan = z.infer<typeof storagePlanSchema>;
export type BootstrapStorage = Extract<StoragePlan, { mode: "bootstrap" }>;
export type ExistingStorage = Extract<StoragePlan, { mode: "existing" }>;

export const imageSourceSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("upload"), uploadId: z.string() }),
  z.object({ kind: z.literal("panel-path"), path: z.string() }),
  z.object({ kind: z.literal("node-path"), node: z.string(), path: z.string() }),
  z.object({ kind: z.literal("url"), url: z.string() }),
]);
export const imageInfoSchema = z.object({
  source: imageSourceSchema,
  fileName: z.string(),
  fileBytes: z.number(),
  sha256: z.string().nullable(),
  format: z.string(),
  virtualBytes: z.number(),
});
export type ImageInfo = z.infer<typeof imageInfoSchema>;

export const softwarePlanSchema = z.object({
  /** `bundle`: the operator gave the panel a Consul binary; `repository`: each node's package manager installs it. */
  consul: z.discriminatedUnion("from", [
    z.object({ from: z.literal("bundle"), version: z.string(), sha256: z.string() }),
    z.object({ from: z.literal("repository") }),
  ]),
});

/** haProfile: price of a faster failover is told beside the choice; safety never depends on it (fencing does that). */
export const deploymentDraftSchema = z.object({
  id: z.string(),
  revision: z.number().int(),
  clusterName: z.string(),
  nodes: z.array(draftNodeSchema),
  networks: z.array(networkPlanSchema),
  storage: storagePlanSchema.nullable(),
  image: imageInfoSchema.nullable(),
  config: haConfigSchema.partial().nullable(),
  software: softwarePlanSchema.nullable(),
  haProfile: haProfileSchema,
  /** A0: ticked items of the preparation checklist, "NODE-ADDRESS:ITEM". */
  preparation: z.array(z.string()),
  /** A0: servers that are still to be installed; their files are generated from it. */
  installation: installPlanSchema.default({ timeZone: "Asia/Shanghai", nodes: [] }),
  platform: z.object({ kind: z.enum(["zstack", "none"]), user: z.string(), passwordSecretRef: z.string().nullable() }),
});
export type DeploymentDraft = z.infer<typeof deploymentDraftSchema>;
/** The configuration while it is being filled in. */
export type DraftConfig = NonNullable<DeploymentDraft["config"]>;

export const wizardPlaces = [
  "prepare",
  "nodes",
  "preflight",
  "networks",
  "storage",
  "image",
  "configuration",
  "review",
  "done",
] as const;
export type WizardPlace = (typeof wizardPlaces)[number];
