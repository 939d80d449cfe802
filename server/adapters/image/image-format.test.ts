import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeOther, readImageHead } from "@/server/adapters/image/image-format";

function qcow(change: (head: Buffer) => void = () => undefined, version = 3): Buffer {
  const head = Buffer.alloc(512);
  head.writeUInt32BE(0x514649fb, 0);
  head.writeUInt32BE(version, 4);
  head.writeUInt32BE(16, 20);
  head.writeBigUInt64BE(500n * 1024n ** 3n, 24);
  change(head);
  return head;
}

describe("a QCOW2 header", () => {
  test.each([2, 3] as const)("version %i gives the virtual size", (version) => {
    expect(readImageHead(qcow(undefined, version))).toEqual({
      ok: true,
      format: "qcow2",
      version,
      virtualBytes: 500 * 1024 ** 3,
    });
  });

  test("a backing file is refused by name: without it half of the disk is missing", () => {
    const head = qcow((bytes) => {
      bytes.writeBigUInt64BE(200n, 8);
      bytes.writeUInt32BE(9, 16);
      bytes.write("base.qcow", 200);
    });
    expect(readImageHead(head)).toEqual({ ok: false, problem: "backing-file", found: "base.qcow" });
  });

  test("encryption, corruption, external data, absurd numbers and unknown versions are refused", () => {
    const problem = (change: (head: Buffer) => void, version = 3) => {
      const verdict = readImageHead(qcow(change, version));
      return verdict.ok ? "accepted" : verdict.problem;
    };
    expect(problem((head) => head.writeUInt32BE(1, 32))).toBe("encrypted");
    expect(problem((head) => head.writeBigUInt64BE(2n, 72))).toBe("corrupt");
    expect(problem((head) => head.writeBigUInt64BE(4n, 72))).toBe("external-data");
    expect(problem((head) => head.writeUInt32BE(63, 20))).toBe("corrupt");
    expect(problem((head) => head.writeBigUInt64BE(0n, 24))).toBe("corrupt");
    expect(problem(() => undefined, 1)).toBe("not-qcow2");
    // A dirty bit alone is what a crash leaves: QEMU repairs it.
    expect(problem((head) => head.writeBigUInt64BE(1n, 72))).toBe("accepted");
  });

  test("a header cut short is refused, whatever the length", () => {
    for (let length = 4; length < 104; length += 1) expect(readImageHead(qcow().subarray(0, length)).ok).toBe(false);
  });
});

describe("anything else is named", () => {
  test.each([
    [Buffer.alloc(0), "empty file"],
    [Buffer.from("KDMV...."), "VMDK image"],
    [Buffer.from([0x1f, 0x8b, 8, 0]), "gzip archive"],
    [Buffer.from("  <!DOCTYPE html><title>404"), "HTML page"],
    [Buffer.alloc(1024), "zeros"],
    [Buffer.from([1, 2, 3, 4]), "data starting with 01020304"],
  ])("%#: %s", (head, name) => {
    expect(readImageHead(head)).toEqual({ ok: false, problem: "not-qcow2", found: name });
  });

  test("an ISO by its descriptor at 32 KiB, a raw disk by its boot signature", () => {
    const iso = Buffer.alloc(64 * 1024, 1);
    iso.write("CD001", 0x8001);
    expect(describeOther(iso)).toBe("ISO 9660 image");
    const raw = Buffer.alloc(1024, 1);
    raw.writeUInt16BE(0x55aa, 510);
    expect(describeOther(raw)).toBe("raw disk image");
  });

  test("no bytes make it throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(typeof readImageHead(Buffer.from(bytes)).ok).toBe("boolean");
      }),
    );
  });
});
