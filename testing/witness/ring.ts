// The guest's ring, byte for byte as docs/lab.md describes it.
import { crc32 } from "node:zlib";
import type { Slot } from "@/testing/witness/history";

export const ringOffsetBytes = 76_546_048;
export const slotBytes = 4096;
export const slotCount = 2048;

const magic = "TRVRING1";
const recordBytes = 120;
const emptySlot = Buffer.alloc(slotBytes);
const at = { epoch: 8, seq: 16, node: 40, boot: 72, crc: 112 } as const;

export function parseRing(bytes: Buffer): Slot[] {
  if (bytes.length !== slotBytes * slotCount) {
    throw new RangeError(`a ring has ${slotBytes * slotCount} bytes, this reading has ${bytes.length}`);
  }
  return Array.from({ length: slotCount }, (_, slot) =>
    parseSlot(bytes.subarray(slot * slotBytes, (slot + 1) * slotBytes)),
  );
}

function parseSlot(bytes: Buffer): Slot {
  if (bytes.equals(emptySlot)) return { kind: "empty" };
  const record = Buffer.from(bytes.subarray(0, recordBytes));
  const crc = record.readUInt32LE(at.crc);
  record.writeUInt32LE(0, at.crc);
  if (record.toString("latin1", 0, 8) !== magic || crc32(record) !== crc) return { kind: "torn" };
  return {
    kind: "record",
    epoch: Number(record.readBigUInt64LE(at.epoch)),
    seq: Number(record.readBigUInt64LE(at.seq)),
    node: textAt(record, at.node, 32),
    boot: textAt(record, at.boot, 40),
  };
}

function textAt(record: Buffer, offset: number, length: number): string {
  const text = record.toString("latin1", offset, offset + length);
  const end = text.indexOf("\0");
  return end === -1 ? text : text.slice(0, end);
}

/** The same bytes the guest writes: for tests. */
export function encodeRecord(record: { epoch: number; seq: number; node: string; boot: string }): Buffer {
  const bytes = Buffer.alloc(slotBytes);
  bytes.write(magic, "latin1");
  bytes.writeBigUInt64LE(BigInt(record.epoch), at.epoch);
  bytes.writeBigUInt64LE(BigInt(record.seq), at.seq);
  bytes.write(record.node, at.node, "latin1");
  bytes.write(record.boot, at.boot, "latin1");
  bytes.writeUInt32LE(crc32(bytes.subarray(0, recordBytes)), at.crc);
  return bytes;
}
