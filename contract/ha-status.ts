import { z } from "zod";
import { historyRecordSchema, intentRecordSchema, operationRecordSchema } from "@/contract/consul-keys";
import { haConfigSchema } from "@/contract/ha-config";
import { profileStatusSchema } from "@/contract/ha-profile";
import { observedSchema } from "@/contract/observed-schema";
import { sayingSchema, sentenceSchema } from "@/contract/sentence-schema";

/** What `zsha status --json` prints and the panel's dashboard is made of. Every reading says when it was made or why not. */
export const consulMemberSchema = z.object({
  name: z.string(),
  address: z.string(),
  status: z.enum(["alive", "failed", "left", "leaving", "unknown"]),
  type: z.enum(["server", "client"]),
  build: z.string(),
  protocol: z.string(),
  datacenter: z.string(),
});
export type ConsulMember = z.infer<typeof consulMemberSchema>;

export const consulStatusSchema = z.object({
  members: z.array(consulMemberSchema),
  /** Address "IP:8300" of the leader, null when there is none. */
  leader: z.string().nullable(),
  peers: z.array(z.string()),
  /** Dead-server clean-up off and min-quorum set; null: Consul did not tell. */
  autopilotSafe: z.boolean().nullable(),
});
export type ConsulStatus = z.infer<typeof consulStatusSchema>;

export const cephHealthSchema = z.enum(["HEALTH_OK", "HEALTH_WARN", "HEALTH_ERR"]);
export const cephStatusSchema = z.object({
  fsid: z.string(),
  health: cephHealthSchema,
  checks: z.array(z.object({ code: z.string(), severity: z.string(), summary: z.string(), muted: z.boolean() })),
  monitors: z.array(z.object({ name: z.string(), address: z.string(), inQuorum: z.boolean() })),
  monmapEpoch: z.number(),
  electionEpoch: z.number(),
  osdmapEpoch: z.number(),
  osds: z.object({ total: z.number(), up: z.number(), in: z.number() }),
  /** Host name → its OSDs. Null: Ceph's tree was not read, so nobody knows whose disks are whose. */
  osdsByHost: z.record(z.string(), z.array(z.object({ id: z.number(), up: z.boolean(), in: z.boolean() }))).nullable(),
  /** Copies that may be lost of any piece of data and it is served on; absent: an older suite, or not readable. */
  copiesToSpare: z.number().optional(),
  flags: z.array(z.string()),
  pgs: z.object({
    total: z.number(),
    byState: z.record(z.string(), z.number()),
    pools: z.number(),
    objects: z.number(),
  }),
  bytes: z.object({ data: z.number(), used: z.number(), available: z.number(), total: z.number() }),
  clientIo: z.object({
    readBytesPerSecond: z.number(),
    writeBytesPerSecond: z.number(),
    operationsPerSecond: z.number(),
    /** Absent: this Ceph, or an older suite, tells only the sum. */
    readOperationsPerSecond: z.number().optional(),
    writeOperationsPerSecond: z.number().optional(),
  }),
  /** Absent: an older suite. */
  recovery: z.object({ bytesPerSecond: z.number(), objectsPerSecond: z.number() }).optional(),
});
export type CephStatus = z.infer<typeof cephStatusSchema>;

export const imageStatusSchema = z.object({
  pool: z.string(),
  name: z.string(),
  sizeBytes: z.number(),
  features: z.array(z.string()),
  exclusiveLock: z.boolean(),
  watchers: z.array(z.string()),
});
export type ImageStatus = z.infer<typeof imageStatusSchema>;

/** An image in a folder: on every node, what lies below the folder and whose locks it was seen to heed. */
export const imageFolderStatusSchema = z.object({
  path: z.string(),
  nodes: z.array(
    z.object({
      node: z.string(),
      /** File system and source; null: not told. */
      mount: z.string().nullable(),
      /** Nodes whose lock keeps this one out, as it found while they lived. */
      refusedBy: z.array(z.string()),
      /** Why it may not take over from the others. */
      doubts: z.array(sentenceSchema),
    }),
  ),
});
export type ImageFolderStatus = z.infer<typeof imageFolderStatusSchema>;

export const haServiceSchema = z.object({
  node: z.string(),
  ip: z.string(),
  state: z.enum(["running", "stopped", "unknown"]),
  suiteVersion: z.string().nullable(),
  eligible: z.boolean().nullable(),
  ineligibleBecause: z.array(sentenceSchema),
});
export type HaService = z.infer<typeof haServiceSchema>;

export const alarmSchema = z.object({
  code: z.enum([
    "exclusive-lock-off",
    "unsafe-autopilot",
    "foreign-watcher",
    "blocklist-waiting",
    "no-eligible-standby",
    "consul-no-quorum",
    "ceph-unreachable",
    "crash-loop",
    "config-not-applied",
    "fence-not-armed",
    "consul-exposed",
    "profile-not-in-force",
  ]),
  severity: z.enum(["warning", "critical"]),
  facts: z.record(z.string(), z.union([z.string(), z.number(), sayingSchema])),
});
export type Alarm = z.infer<typeof alarmSchema>;

export const managementVmStatusSchema = z.object({
  /** `stopped` only when every node was asked and none runs it. */
  state: z.enum(["running", "paused", "starting", "stopping", "migrating", "stopped", "unknown"]),
  node: z.string().nullable(),
  nodeIp: z.string().nullable(),
  epoch: z.number().nullable(),
  since: z.string().nullable(),
  appliedConfigVersion: z.number().nullable(),
});
export type ManagementVmStatus = z.infer<typeof managementVmStatusSchema>;

/** Who holds the lock, and how long ago the holder last gave a sign of life. */
export const leaseStatusSchema = z.object({
  holder: z.string().nullable(),
  epoch: z.number().nullable(),
  /** When the holder last changed what it does (took, started, runs). */
  since: z.string().nullable(),
  /** Last time the holder wrote its line while holding its session; it does so every ten seconds. */
  confirmedAt: z.string().nullable(),
  ageSeconds: z.number().nullable(),
});
export type LeaseStatus = z.infer<typeof leaseStatusSchema>;

export const haStatusSchema = z.object({
  protocol: z.literal(1),
  at: z.string(),
  /** Node that answered. */
  reporter: z.string(),
  suiteVersion: z.string(),
  managementVm: managementVmStatusSchema,
  lastStart: historyRecordSchema.nullable(),
  services: z.array(haServiceSchema),
  consul: observedSchema(consulStatusSchema),
  intent: observedSchema(intentRecordSchema.nullable()),
  operation: operationRecordSchema.nullable(),
  /** Absent: a suite that does not tell it yet. */
  lease: observedSchema(leaseStatusSchema).optional(),
  fence: z.object({ armed: z.boolean(), because: sentenceSchema }),
  managementIps: z.array(z.string()),
  publicIps: z.array(z.string()),
  ceph: observedSchema(cephStatusSchema),
  image: observedSchema(imageStatusSchema),
  /** Only with an image in a folder; Ceph and its image are not asked then. */
  imageFolder: imageFolderStatusSchema.optional(),
  hostIo: z.array(
    z.object({ node: z.string(), state: z.enum(["ok", "failed", "unknown"]), milliseconds: z.number().nullable() }),
  ),
  configVersion: z.number().nullable(),
  /** Absent: a suite from before profiles were recorded. */
  profile: profileStatusSchema.optional(),
  history: z.array(historyRecordSchema),
  alarms: z.array(alarmSchema),
  config: haConfigSchema.optional(),
});
export type HaStatus = z.infer<typeof haStatusSchema>;
