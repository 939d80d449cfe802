import { z } from "zod";

/**
 * What the suite keeps in Consul KV below `zsha/`. Session behaviour of locks is `release`, never `delete`:
 * the lock index of `zsha/owner` must stay monotonic. Unknown fields are kept out by zod; `protocol` guards skew.
 */
export const consulKeys = {
  owner: "zsha/owner",
  epoch: "zsha/epoch",
  intent: "zsha/intent",
  config: "zsha/config",
  operation: "zsha/operation",
  fencePrefix: "zsha/fence/",
  nodePrefix: "zsha/node/",
  historyPrefix: "zsha/history/",
  /** `zsha/peer/NAME`: public ssh keys by which one node's libvirt reaches another's for migrations. */
  peerPrefix: "zsha/peer/",
  /** Lock of the panel's mutating run; `zsha` commands that change the cluster honour it too. */
  run: "zsha/run",
} as const;

const epoch = z.number().int().nonnegative();

/** `zsha/owner`, held by the owner's session. */
export const ownerRecordSchema = z.object({
  node: z.string(),
  epoch,
  domainUuid: z.string(),
  phase: z.enum(["taking", "fencing", "starting", "running", "stopping"]),
  startId: z.string(),
  /** QEMU's RADOS address "IP:0/NONCE", recorded after start and after each migration: the taker blocklists this first. */
  clientAddress: z.string().nullable(),
  /** Modify index of `zsha/config` this QEMU was started with; null or absent: not known. */
  configVersion: z.number().nullable().optional(),
  at: z.string(),
});
export type OwnerRecord = z.infer<typeof ownerRecordSchema>;

export const intentRecordSchema = z.object({
  want: z.enum(["started", "stopped"]),
  generation: z.number().int().nonnegative(),
  actor: z.string(),
  at: z.string(),
});
export type IntentRecord = z.infer<typeof intentRecordSchema>;

export const fenceRecordSchema = z.object({
  epoch,
  node: z.string(),
  targets: z.array(z.object({ address: z.string(), node: z.string().nullable() })),
  state: z.enum(["fencing", "fenced", "lifted"]),
  at: z.string(),
});
export type FenceRecord = z.infer<typeof fenceRecordSchema>;

/** `zsha/node/NAME`, held by that node's session: gone when its zshad is gone. Written on change and every canary period. */
export const nodeRecordSchema = z.object({
  name: z.string(),
  ip: z.string(),
  suiteVersion: z.string(),
  bootId: z.string(),
  domain: z.enum(["running", "paused", "stopped", "unknown"]),
  storageCanary: z.enum(["ok", "failed", "unknown"]),
  eligible: z.boolean(),
  /** Empty when eligible. One sentence per reason. */
  ineligibleBecause: z.array(z.string()),
  at: z.string(),
});
export type NodeRecord = z.infer<typeof nodeRecordSchema>;

/** `zsha/operation`: a migration or a stop under way. */
export const operationRecordSchema = z.object({
  id: z.string(),
  kind: z.enum(["migrate", "stop"]),
  source: z.string(),
  target: z.string().nullable(),
  phase: z.enum(["requested", "prepared", "copying", "handing-over", "done", "failed"]),
  percent: z.number().min(0).max(100).nullable(),
  error: z.string().nullable(),
  actor: z.string(),
  deadline: z.string(),
  at: z.string(),
});
export type OperationRecord = z.infer<typeof operationRecordSchema>;

/** `zsha/history/EPOCH-KIND`: one start, stop, migration or fence, with measured seconds per phase. */
export const historyRecordSchema = z.object({
  id: z.string(),
  kind: z.enum(["start", "stop", "migrate", "failover", "restart", "adopt"]),
  node: z.string(),
  from: z.string().nullable(),
  epoch,
  actor: z.string(),
  at: z.string(),
  /** Seconds; absent when the phase did not happen or was not measured. */
  seconds: z.partialRecord(z.enum(["detect", "elect", "fence", "start", "guest", "copy", "total"]), z.number()),
  outcome: z.enum(["succeeded", "failed"]),
  detail: z.string(),
});
export type HistoryRecord = z.infer<typeof historyRecordSchema>;

/** `zsha/run`: who is changing the cluster. `fence` only grows; a node refuses a lower one than the highest it has seen. */
export const runLockSchema = z.object({
  runId: z.string(),
  kind: z.string(),
  fence: z.number().int(),
  actor: z.string(),
  at: z.string(),
});
export type RunLock = z.infer<typeof runLockSchema>;
