// What the witness saw during one run, as plain data. All times are milliseconds of the machine's own clock (Date.now):
// nodes, guests' storage and witness share it.

/** One result of a write, as the guest told the network. */
export interface Ack {
  at: number;
  ok: boolean;
  epoch: number;
  seq: number;
  /** Highest number this boot of the guest found on the disk before its first write. */
  prev: number;
  boot: string;
  node: string;
}

export type Slot =
  | { kind: "empty" }
  | { kind: "torn" }
  | { kind: "record"; epoch: number; seq: number; node: string; boot: string };

/** The ring as it was read from the image, slot 0 first. */
export interface RingReading {
  /** Before the reading began: what was acknowledged until then must be in it. */
  from: number;
  to: number;
  slots: readonly Slot[];
}

/** One QEMU process of the management VM, as the machine's process table showed it. */
export interface QemuLife {
  id: string;
  node: string;
  epoch: number;
  /** Started to receive a migration: exists while the source runs, without running itself. */
  isIncoming: boolean;
  seenFrom: number;
  /** Last look at which it existed. */
  seenTo: number;
  /** First and last look between which its virtual CPUs used time; null: they never ran. */
  ranFrom: number | null;
  ranTo: number | null;
  /** Its storage client, when it could be told from others. */
  address: string | null;
}

/** One entry of Ceph's blocklist; the time is its own, not that of a look. */
export interface BlockEntry {
  address: string;
  at: number;
}

/** Time in which the operator's intent was `stopped`, from the end of the stop to the call of the start. */
export interface StoppedSpan {
  from: number;
  to: number | null;
}

export interface History {
  acks: readonly Ack[];
  rings: readonly RingReading[];
  qemus: readonly QemuLife[];
  blocks: readonly BlockEntry[];
  stopped: readonly StoppedSpan[];
  /** Ids of the suite's own start records, oldest first: claims, checked against what was seen. */
  startRecords: readonly string[];
}

export type FindingCode =
  | "double-writer"
  | "lost-ack"
  | "torn-record"
  | "two-running"
  | "epoch-order"
  | "duplicate-start"
  | "start-while-stopped";

export interface Finding {
  code: FindingCode;
  text: string;
}
