import { expect, test } from "vitest";
import { judge } from "@/testing/witness/check";
import type { Ack, History, QemuLife, RingReading, Slot } from "@/testing/witness/history";
import { encodeRecord, parseRing, slotBytes, slotCount } from "@/testing/witness/ring";
import { describeAcks } from "@/testing/witness/witness";

const quiet: History = { acks: [], rings: [], qemus: [], blocks: [], stopped: [], startRecords: [] };
const codes = (history: Partial<History>): string[] => judge({ ...quiet, ...history }).findings.map(({ code }) => code);

/** Acknowledgements of one boot, 20 ms apart from `from`. */
function acks(epoch: number, prev: number, count: number, from: number): Ack[] {
  return Array.from({ length: count }, (_, index) => ({
    at: from + index * 20,
    ok: true,
    epoch,
    seq: prev + 1 + index,
    prev,
    boot: `boot-${epoch}`,
    node: `ceph-${epoch}`,
  }));
}

/** The disk after these writes, in this order. */
function ringAfter(writes: readonly Ack[], at: number): RingReading {
  const slots: Slot[] = Array.from({ length: slotCount }, () => ({ kind: "empty" }));
  for (const { epoch, seq, node, boot } of writes) slots[seq % slotCount] = { kind: "record", epoch, seq, node, boot };
  return { from: at, to: at + 500, slots };
}

/** The tests of whole rings compute for a second on a free core. */
const ringTestMs = 60_000;

const first = acks(1, 0, 500, 1_000);
const second = acks(2, 500, 500, 60_000);

test(
  "a clean take-over is clean, also when the ring has gone round",
  () => {
    expect(judge({ ...quiet, acks: [...first, ...second], rings: [ringAfter([...first, ...second], 90_000)] })).toEqual(
      {
        isClean: true,
        doubleWriters: 0,
        lostAcks: 0,
        findings: [],
      },
    );
    const long = acks(3, 1_000, 5_000, 100_000);
    const all = [...first, ...second, ...long];
    expect(codes({ acks: all, rings: [ringAfter(all, 300_000)] })).toEqual([]);
  },
  ringTestMs,
);

test("a write in flight that is acknowledged after the take-over is legal: the successor found it", () => {
  const late = first.map((ack) => (ack.seq === 500 ? { ...ack, at: 70_000 } : ack));
  expect(codes({ acks: [...late, ...second], rings: [ringAfter([...first, ...second], 90_000)] })).toEqual([]);
});

test("acknowledgements nobody heard prove nothing", () => {
  const heard = first.filter((ack) => ack.seq % 3 === 0);
  expect(codes({ acks: [...heard, ...second], rings: [ringAfter([...first, ...second], 90_000)] })).toEqual([]);
});

test("an owner that wakes up and writes on is a double writer, by its acknowledgements and by the disk", () => {
  const woken = acks(1, 0, 700, 1_000)
    .slice(500)
    .map((ack, index) => ({ ...ack, at: 65_000 + index * 20 }));
  const disk = ringAfter([...first, ...second.slice(0, 250), ...woken, ...second.slice(250)], 90_000);
  expect(codes({ acks: [...first, ...second, ...woken] })).toEqual(["double-writer"]);
  const byDisk = judge({ ...quiet, acks: [...first, ...second], rings: [disk] });
  expect(byDisk.doubleWriters).toBeGreaterThan(0);
  expect(byDisk.findings[0]?.text).toContain("epoch 1");
});

test("one stale write whose number the successor has not reached yet is found on the disk", () => {
  const stale: Ack = { ...(first[0] as Ack), seq: 900, at: 61_000 };
  const begun = second.slice(0, 100);
  expect(codes({ acks: [...first, ...begun], rings: [ringAfter([...first, ...begun, stale], 62_100)] })).toContain(
    "double-writer",
  );
});

test("an acknowledged write the successor does not find is lost", () => {
  const behind = acks(2, 480, 100, 60_000);
  const verdict = judge({ ...quiet, acks: [...first, ...behind] });
  expect(verdict.lostAcks).toBe(1);
  expect(verdict.findings[0]?.text).toContain("20 writes from number 481");
});

test("an acknowledged write that is missing on the disk is lost; one acknowledged during the reading is not", () => {
  const without = first.filter((ack) => ack.seq !== 250);
  expect(codes({ acks: first, rings: [ringAfter(without, 90_000)] })).toEqual(["lost-ack"]);
  expect(codes({ acks: first, rings: [ringAfter(without, (first[249] as Ack).at)] })).toEqual([]);
});

test("a torn record in place of an acknowledged one is reported", () => {
  const disk = ringAfter(first, 90_000);
  const torn = { ...disk, slots: disk.slots.map((slot, index): Slot => (index === 77 ? { kind: "torn" } : slot)) };
  expect(codes({ acks: first, rings: [torn] })).toEqual(["torn-record"]);
});

test("errors of a fenced guest are no acknowledgements", () => {
  const errors = acks(1, 500, 50, 61_000).map((ack) => ({ ...ack, ok: false, boot: "boot-1", prev: 0 }));
  expect(codes({ acks: [...first, ...second, ...errors] })).toEqual([]);
});

const life = (change: Partial<QemuLife>): QemuLife => ({
  id: "7@1",
  node: "ceph-1",
  epoch: 1,
  isIncoming: false,
  seenFrom: 0,
  seenTo: 100_000,
  ranFrom: 0,
  ranTo: 100_000,
  address: "10.0.0.1:0/1",
  ...change,
});
const taker = life({ id: "9@1", node: "ceph-2", epoch: 2, seenFrom: 50_000, ranFrom: 50_000, address: "10.0.0.2:0/2" });

test("two that run are two, unless the older was shut out from storage before", () => {
  expect(codes({ qemus: [life({}), taker] })).toEqual(["two-running"]);
  expect(codes({ qemus: [life({}), taker], blocks: [{ address: "10.0.0.1:0/1", at: 49_000 }] })).toEqual([]);
  expect(codes({ qemus: [life({}), taker], blocks: [{ address: "10.0.0.1:0/1", at: 60_000 }] })).toEqual([
    "two-running",
  ]);
  expect(codes({ qemus: [life({ ranTo: 49_000 }), taker] })).toEqual([]);
});

test("a receiving QEMU that waits is no second one", () => {
  const target = life({ id: "9@1", node: "ceph-2", isIncoming: true, seenFrom: 40_000, ranFrom: 50_000 });
  expect(codes({ qemus: [life({ ranTo: 50_400 }), target] })).toEqual([]);
});

test("epochs only grow, starts are unique, nothing starts while stopped", () => {
  expect(codes({ qemus: [life({ ranTo: 10, epoch: 2 }), taker] })).toEqual(["epoch-order"]);
  expect(codes({ startRecords: ["1@ceph-1", "2@ceph-2", "1@ceph-1"] })).toEqual(["duplicate-start"]);
  expect(codes({ qemus: [life({ ranTo: 10 }), taker], stopped: [{ from: 45_000, to: 55_000 }] })).toEqual([
    "start-while-stopped",
  ]);
  expect(codes({ qemus: [life({ ranTo: 10 }), taker], stopped: [{ from: 45_000, to: 49_000 }] })).toEqual([]);
});

test(
  "the ring's bytes: records, empty slots, flipped bits",
  () => {
    const bytes = Buffer.alloc(slotBytes * slotCount);
    const record = encodeRecord({ epoch: 3, seq: 5, node: "ceph-2", boot: "b-1" });
    record.copy(bytes, 5 * slotBytes);
    record.copy(bytes, 6 * slotBytes);
    bytes.writeUInt8(1, 6 * slotBytes + 41);
    const slots = parseRing(bytes);
    expect(slots[4]).toEqual({ kind: "empty" });
    expect(slots[5]).toEqual({ kind: "record", epoch: 3, seq: 5, node: "ceph-2", boot: "b-1" });
    expect(slots[6]).toEqual({ kind: "torn" });
    expect(() => parseRing(bytes.subarray(1))).toThrow("bytes");
  },
  ringTestMs,
);

test("silence counts from the run's begin to its end, also when nothing was heard before the fault", () => {
  expect(describeAcks(second, 40_000, 75_000).longestSilenceMs).toBe(20_000);
  expect(describeAcks([], 0, 5_000).longestSilenceMs).toBe(5_000);
  expect(
    describeAcks([...first, ...second], 1_000, 70_000).boots.map(({ boot, acks: count }) => [boot, count]),
  ).toEqual([
    ["boot-1", 500],
    ["boot-2", 500],
  ]);
});
