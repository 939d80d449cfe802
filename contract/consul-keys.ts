import { z } from "zod";
import { haProfileSchema } from "@/contract/ha-profile";
import { imageLockSchema } from "@/contract/image-lock";
import { sentenceSchema } from "@/contract/sentence-schema";

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
  /** `ReceiverRecord`: who else has the image open for a migration. */
  receiver: "zsha/receiver",
  fencePrefix: "zsha/fence/",
  nodePrefix: "zsha/node/",
  historyPrefix: "zsha/history/",
  /** `ProfileRecord`: how soon a silent owner counts as lost. */
  profile: "zsha/profile",
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
  /** QEMU's RADOS address "IP:0/NONCE", with an image in a folder "file:NODE"; recorded after start and after each migration: the taker blocklists this first. */
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
  ineligibleBecause: z.array(sentenceSchema),
  /** Only with an image in a folder. */
  imageLock: imageLockSchema.optional(),
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

/**
 * `zsha/receiver`: storage clients of the QEMUs that may receive the VM of epoch `epoch`. Written by the owner under its lock while the
 * copy still creeps: whoever takes the VM from that epoch fences them too, also when Ceph has long forgotten their watch.
 */
export const receiverRecordSchema = z.object({
  epoch,
  /** The newest last. */
  addresses: z.array(z.string()),
  /** Of the newest: where it is, and the operation whose copy may run at full speed. */
  node: z.string(),
  operation: z.string(),
  at: z.string(),
});
export type ReceiverRecord = z.infer<typeof receiverRecordSchema>;

/**
 * Why a failover happened, as far as the taker knew when it took:
 * `node-lost` serf calls the owner's node failed (power, or all its links); `daemon-lost` its node lives, but its session ended
 * (zshad or its Consul); `given-up` the owner let go without a clean stop (storage lost there, crash loop, a start that failed);
 * `migration-cut` the source vanished in the middle of a migration.
 */
export const failoverCauseSchema = z.enum(["node-lost", "daemon-lost", "given-up", "migration-cut"]);
export type FailoverCause = z.infer<typeof failoverCauseSchema>;

/**
 * Seconds of a failover, one after the other: `detect` from the owner's last sign of life to its lock seen free, `elect` until
 * lock and epoch are taken, `fence`, `start` until QEMU runs, `guest` until its agent answers; `total` is the whole way.
 */
const secondsSchema = z.partialRecord(
  z.enum(["detect", "elect", "fence", "start", "guest", "copy", "total"]),
  z.number(),
);

/**
 * `zsha/history/EPOCH-KIND`: one start, stop, migration or fence. The last 20 are kept. A failover: `from` and `node` are the old
 * and the new owner, `actor` is zshad. Written when the guest answers, or five minutes after QEMU runs when it never does.
 */
export const historyRecordSchema = z.object({
  id: z.string(),
  kind: z.enum(["start", "stop", "migrate", "failover", "restart", "adopt"]),
  node: z.string(),
  from: z.string().nullable(),
  epoch,
  actor: z.string(),
  at: z.string(),
  /** Absent when the phase did not happen or was not measured. */
  seconds: secondsSchema,
  /** Failovers only. */
  cause: failoverCauseSchema.nullish(),
  /** In force when it was recorded; absent in records of older versions. */
  profile: haProfileSchema.optional(),
  outcome: z.enum(["succeeded", "failed"]),
  detail: sentenceSchema,
});
export type HistoryRecord = z.infer<typeof historyRecordSchema>;
