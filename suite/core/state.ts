import type { FailoverCause, HistoryRecord } from "@/contract/consul-keys";
import { type Sentence } from "@/contract/sentence";
import { say } from "@/contract/sentence";
import type { Action, Chore, Outcome, Pending, Task } from "@/suite/core/deed";
import type { ConsulSeen, DomainSeen, LeaseSeen, Reading, StorageSeen } from "@/suite/core/seen";

export type PhaseSeconds = HistoryRecord["seconds"];

/** One way from "nobody runs it" to "the guest answers". */
export interface Start {
  readonly startId: string;
  readonly kind: "start" | "failover" | "restart";
  readonly from: string | null;
  /** Failovers only. */
  readonly cause: FailoverCause | null;
  /** 0 until taken. */
  readonly epoch: number;
  readonly beganAt: number;
  /** When the lock was seen free; for all but failovers the beginning. */
  readonly freeAt: number;
  readonly stepAt: number;
  readonly seconds: PhaseSeconds;
  readonly fenceFirst: readonly string[];
  /** Host whose OSDs serf says died with it. */
  readonly markDown: string | null;
  /** A QEMU that already runs here and must live (inherited from an unreachable migration source). */
  readonly keepRunning: boolean;
  /** With `keepRunning`: its storage client, as far as the record of the migration tells. */
  readonly address: string | null;
  /** Why the last attempt of this step failed, and when to try again. */
  readonly retryAt: number;
  readonly trouble: Sentence | null;
}

/** A QEMU of ours. */
export interface Run {
  readonly startId: string;
  readonly epoch: number;
  readonly kind: HistoryRecord["kind"];
  readonly from: string | null;
  readonly cause: FailoverCause | null;
  readonly beganAt: number;
  /** When QEMU was known to run: domain readings begun earlier do not count. */
  readonly runningSince: number;
  readonly seconds: PhaseSeconds;
  readonly address: string | null;
  /** Addresses that cannot be ours: they were watchers before this QEMU was there. */
  readonly notOurs: readonly string[];
  readonly guestAnswered: "not-yet" | "yes" | "given-up";
  readonly guestNetworkDue: boolean;
  readonly audits: number;
  readonly next: { readonly ping: number; readonly audit: number; readonly address: number; readonly lift: number };
}

export type EndReason =
  | "fenced"
  | "superseded"
  | "io-error"
  | "storage-lost-here"
  | "lease-lost"
  | "foreign"
  | "half-started"
  | "migration";
export type AfterEnd = "restart" | "yield" | "forget" | "hand-over";

export interface Migration {
  readonly operation: string;
  /** Who asked for it. */
  readonly actor: string;
  readonly target: string;
  readonly beganAt: number;
  readonly copiedAt: number | null;
  readonly endedAt: number | null;
  readonly step: "asked" | "copying" | "judging" | "clearing" | "resuming" | "handing-over";
  readonly failure: string | null;
  readonly retryAt: number;
  /** Not before: the lock that became free during the copy is asked for again. */
  readonly reclaimAt?: number;
  /** What judging found before clearing the other side. */
  readonly here: "running" | "paused" | "absent" | "unknown";
}

export type Phase =
  | { readonly at: "observing" }
  | { readonly at: "standby"; readonly notBefore: number; readonly liftAt?: number; readonly endAt?: number }
  | { readonly at: "taking"; readonly start: Start }
  | { readonly at: "fencing"; readonly start: Start }
  | { readonly at: "starting"; readonly start: Start; readonly createdUnknownAt: number | null }
  | {
      readonly at: "running";
      readonly run: Run;
      readonly retryAt: number;
      /** When QEMU was first seen paused on an I/O error. */
      readonly refusedAt?: number;
      /** Since when others were seen to reach the storage that this node has lost. */
      readonly othersReachSince?: number | null;
      /** The log said last that lease or storage is gone. */
      readonly isTroubled?: boolean;
    }
  | {
      readonly at: "stopping";
      readonly run: Run;
      readonly beganAt: number;
      readonly actor: string;
      readonly step: "waiting" | "destroying" | "confirming";
      readonly retryAt: number;
      readonly confirmBy: number;
    }
  | {
      readonly at: "ending";
      readonly run: Run;
      readonly reason: EndReason;
      readonly after: AfterEnd;
      readonly migration: Migration | null;
      readonly step: "destroying" | "confirming";
      readonly retryAt: number;
    }
  | {
      readonly at: "releasing";
      readonly startId: string;
      readonly epoch: number;
      readonly address: string | null;
      readonly because: string;
      readonly retryAt: number;
    }
  | { readonly at: "pausing"; readonly run: Run; readonly until: number }
  | { readonly at: "migrating"; readonly run: Run; readonly migration: Migration }
  | {
      readonly at: "receiving";
      readonly operation: string;
      readonly source: string;
      readonly startId: string;
      readonly epoch: number;
      readonly announced: boolean;
      readonly beganAt: number;
      readonly expiresAt: number;
      /** When the lock was first seen to be ours. */
      readonly ownedAt?: number;
    };

export type PhaseOf<K extends Phase["at"]> = Extract<Phase, { at: K }>;

export interface Settings {
  readonly node: string;
  /** All members in the order of the config; the place decides the stagger. */
  readonly nodes: readonly string[];
  readonly onLeaseLoss: "keep" | "stop";
}

export interface State {
  readonly settings: Settings;
  readonly phase: Phase;
  readonly domain: Reading<DomainSeen>;
  /** Since when libvirt has called the own domain absent without a break. Null: it is there, or nobody knows. */
  readonly absentSince: number | null;
  readonly consul: Reading<ConsulSeen>;
  readonly lease: LeaseSeen;
  readonly storage: StorageSeen;
  /** Own QEMU's address was read in the OSD map's blocklist. */
  readonly blocklisted: readonly string[];
  /** Reasons found on the host why no VM can start here; null: not looked yet. */
  readonly obstacles: readonly Sentence[] | null;
  /** Why taking the free lock would be in vain, by storage that can tell without it (a file's lock is held). Null: nothing known. */
  readonly imageBusy: Sentence | null;
  readonly crashes: readonly number[];
  /** This node gave up after a crash loop; an operator's new intent generation clears it. */
  readonly crashLoop: { readonly generation: number } | null;
  /** Not a candidate before this time: gave the VM away because its storage was lost here. */
  readonly yieldedUntil: number;
  /** When the owner key was first seen without a holder. */
  readonly ownerFreeSince: number | null;
  /** Epoch and start this process found in its own file after a crash. */
  readonly remembered: { readonly startId: string; readonly epoch: number; readonly address: string | null } | null;
  /** Migration this process has begun and seen through: a stale reading must not begin it again. */
  readonly closedOperation: string | null;
  readonly task: Pending<Task> | null;
  readonly chore: Pending<Chore> | null;
  readonly nextId: number;
  readonly said: string | null;
}

export type Event =
  | { readonly type: "tick" }
  | { readonly type: "domain"; readonly reading: Reading<DomainSeen> }
  | { readonly type: "consul"; readonly reading: Reading<ConsulSeen> }
  | { readonly type: "lease"; readonly lease: LeaseSeen }
  | {
      readonly type: "storage";
      readonly result: "ok" | "failed" | "unknown";
      /** When this look at the storage began; it may have taken its whole deadline. */
      readonly beganAt: number;
    }
  | { readonly type: "blocklist"; readonly addresses: readonly string[] }
  | { readonly type: "host"; readonly obstacles: readonly Sentence[] }
  | { readonly type: "image"; readonly busy: Sentence | null }
  | { readonly type: "outcome"; readonly id: number; readonly outcome: Outcome };

export type HistoryDraft = Omit<HistoryRecord, "id" | "at">;

export interface Decision {
  readonly state: State;
  readonly actions: readonly Action[];
  /** New history entries; the daemon dates and stores them. */
  readonly history: readonly HistoryDraft[];
  /** One sentence when this event changed what the node does, null otherwise. */
  readonly sentence: string | null;
}

export function initialState(settings: Settings, now: number, remembered: State["remembered"] = null): State {
  return {
    settings,
    phase: { at: "observing" },
    domain: { state: "unknown", at: now, reason: say("not-read-yet") },
    absentSince: null,
    consul: { state: "unknown", at: now, reason: say("not-read-yet") },
    lease: { session: null, validUntil: now, lost: false },
    storage: { state: "unknown", since: now, at: now },
    blocklisted: [],
    obstacles: null,
    imageBusy: null,
    crashes: [],
    crashLoop: null,
    yieldedUntil: now,
    ownerFreeSince: null,
    remembered,
    closedOperation: null,
    task: null,
    chore: null,
    nextId: 1,
    said: null,
  };
}
