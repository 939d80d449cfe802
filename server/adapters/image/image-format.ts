/**
 * Reads the first bytes of a file and says whether it is a QCOW2 image Trivet can import, or what it is instead.
 * Pure: header layout as in QEMU's docs/interop/qcow2. All numbers are big-endian.
 */
export type ImageVerdict =
  | { ok: true; format: "qcow2"; version: 2 | 3; virtualBytes: number }
  | { ok: false; problem: "not-qcow2" | "backing-file" | "encrypted" | "corrupt" | "external-data"; found: string };

/** Long enough for the ISO 9660 volume descriptor at 32 KiB. */
export const imageHeadBytes = 64 * 1024;

const qcowMagic = 0x514649fb;
const headerBytes = { v2: 72, v3: 104 } as const;
const incompatible = { corrupt: 2n, externalData: 4n } as const;
/** Cluster sizes QEMU accepts: 512 bytes to 2 MiB. */
const clusterBits = { min: 9, max: 21 } as const;

export function readImageHead(head: Buffer): ImageVerdict {
  if (head.length < 4 || head.readUInt32BE(0) !== qcowMagic)
    return { ok: false, problem: "not-qcow2", found: describeOther(head) };
  if (head.length < headerBytes.v2) return { ok: false, problem: "corrupt", found: `a header of ${head.length} bytes` };
  const version = head.readUInt32BE(4);
  if (version !== 2 && version !== 3) return { ok: false, problem: "not-qcow2", found: `QCOW version ${version}` };
  if (version === 3 && head.length < headerBytes.v3)
    return { ok: false, problem: "corrupt", found: `a header of ${head.length} bytes` };
  const features = version === 3 ? head.readBigUInt64BE(72) : 0n;
  if ((features & incompatible.corrupt) !== 0n)
    return { ok: false, problem: "corrupt", found: "an image marked corrupt by QEMU" };
  if ((features & incompatible.externalData) !== 0n)
    return { ok: false, problem: "external-data", found: "an image whose data lies in another file" };
  const bits = head.readUInt32BE(20);
  if (bits < clusterBits.min || bits > clusterBits.max)
    return { ok: false, problem: "corrupt", found: `cluster_bits ${bits}` };
  if (head.readBigUInt64BE(8) !== 0n) return { ok: false, problem: "backing-file", found: backingFile(head) };
  if (head.readUInt32BE(32) !== 0)
    return { ok: false, problem: "encrypted", found: `encryption method ${head.readUInt32BE(32)}` };
  const virtual = head.readBigUInt64BE(24);
  if (virtual === 0n || virtual > BigInt(Number.MAX_SAFE_INTEGER))
    return { ok: false, problem: "corrupt", found: `a virtual size of ${virtual} bytes` };
  return { ok: true, format: "qcow2", version, virtualBytes: Number(virtual) };
}

function backingFile(head: Buffer): string {
  const offset = Number(head.readBigUInt64BE(8));
  const length = head.readUInt32BE(16);
  return length <= 1023 && offset + length <= head.length ? head.toString("utf8", offset, offset + length) : "unnamed";
}

const signatures: readonly { at: number; bytes: Buffer; name: string }[] = [
  { at: 0, bytes: Buffer.from("KDMV"), name: "VMDK image" },
  { at: 0, bytes: Buffer.from("COWD"), name: "VMDK image" },
  { at: 0, bytes: Buffer.from("# Disk DescriptorFile"), name: "VMDK descriptor" },
  { at: 0, bytes: Buffer.from("vhdxfile"), name: "VHDX image" },
  { at: 0, bytes: Buffer.from("conectix"), name: "VHD image" },
  { at: 0x8001, bytes: Buffer.from("CD001"), name: "ISO 9660 image" },
  { at: 0x40, bytes: Buffer.from([0x7f, 0x10, 0xda, 0xbe]), name: "VDI image" },
  { at: 0, bytes: Buffer.from([0x1f, 0x8b]), name: "gzip archive" },
  { at: 0, bytes: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a]), name: "xz archive" },
  { at: 0, bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), name: "zstd archive" },
  { at: 0, bytes: Buffer.from("BZh"), name: "bzip2 archive" },
  { at: 0, bytes: Buffer.from("PK"), name: "zip archive" },
  { at: 257, bytes: Buffer.from("ustar"), name: "tar archive" },
  { at: 0, bytes: Buffer.from([0x7f, 0x45, 0x4c, 0x46]), name: "ELF executable" },
  { at: 0, bytes: Buffer.from("#!"), name: "script" },
  { at: 510, bytes: Buffer.from([0x55, 0xaa]), name: "raw disk image" },
];

/** What a file that is not QCOW2 looks like: the person chose it for something. */
export function describeOther(head: Buffer): string {
  if (head.length === 0) return "empty file";
  const known = signatures.find(({ at, bytes }) => head.subarray(at, at + bytes.length).equals(bytes));
  if (known !== undefined) return known.name;
  const start = head.subarray(0, 256).toString("latin1").trimStart().toLowerCase();
  if (start.startsWith("<!doctype html") || start.startsWith("<html")) return "HTML page";
  if (head.every((byte) => byte === 0)) return "zeros";
  return `data starting with ${head.subarray(0, 4).toString("hex")}`;
}
