import type { IntentRecord, NodeRecord, OperationRecord, OwnerRecord, ReceiverRecord } from "@/contract/consul-keys";
import type { Sentence } from "@/contract/sentence";

/**
 * What this node has seen, each with the monotonic time at which the reading *began*: a reading begun before an act
 * says nothing about what the act did. `unknown` never stands for "absent", "failed" or the last good value.
 */
export type Reading<T> =
  | { readonly state: "known"; readonly at: number; readonly value: T }
  | { readonly state: "unknown"; readonly at: number; readonly reason: Sentence };

export interface DomainSeen {
  readonly state: "running" | "paused" | "absent";
  /** Why it is in that state, as far as libvirt tells. */
  readonly reason: "io-error" | "migrated" | "shutdown" | "crashed" | "failed" | "destroyed" | "other";
  /** From the domain's metadata; null when it carries none of ours (started by hand). */
  readonly epoch: number | null;
  readonly startId: string | null;
  /** Of the configuration it was started with. */
  readonly configVersion: number | null;
}

export interface PeerSeen {
  readonly record: NodeRecord;
  /** Null: the key outlived its session, that zshad is gone. */
  readonly session: string | null;
  /** Monotonic time at which this record's content was last seen to change. */
  readonly changedAt: number;
}

export interface ConsulSeen {
  readonly owner: { readonly record: OwnerRecord | null; readonly session: string | null };
  readonly epoch: { readonly value: number; readonly index: number };
  readonly intent: { readonly record: IntentRecord | null; readonly index: number };
  readonly operation: {
    readonly record: OperationRecord | null;
    readonly index: number;
    /** The record's deadline on this node's monotonic clock. */
    readonly expiresAt: number;
  };
  /** Absent or null: no migration has begun since the image was first opened. */
  readonly receiver?: ReceiverRecord | null;
  /** Addresses some taker announced and did not report as fenced. */
  readonly unfinishedFences: readonly string[];
  /** Fenced addresses of QEMUs that ran on this node and may be lifted once proven gone. */
  readonly liftable: readonly string[];
  readonly peers: Readonly<Record<string, PeerSeen>>;
  /** Monotonic time of the owner's node's last sign of life as seen from here; absent or null: nobody looked. It makes a takeover wait, and never permits one. */
  readonly ownerAliveAt?: number | null;
  /** Serf's word on each member. */
  readonly members: Readonly<Record<string, "alive" | "failed" | "left" | "unknown">>;
}

export interface LeaseSeen {
  readonly session: string | null;
  /** Counted from before the last successful renewal was sent. */
  readonly validUntil: number;
  readonly lost: boolean;
}

export interface StorageSeen {
  readonly state: "ok" | "failed" | "unknown";
  /** Since when it is so. */
  readonly since: number;
  /** When the last look at it began. */
  readonly at: number;
}

export const known = <T>(value: T, at: number): Reading<T> => ({ state: "known", at, value });
export const unknown = <T>(reason: Sentence, at: number): Reading<T> => ({ state: "unknown", at, reason });
