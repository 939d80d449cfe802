import type { DiskFacts } from "@/contract/node-facts";
import { say, type Sentence } from "@/contract/sentence";

/** Smaller loop devices are snaps and images, not a test cluster's disks. */
const smallestLoopDiskBytes = 1024 ** 3;

type Row = Readonly<Record<string, string>>;

/** Whole disks with every reason not to take them. No reason means: looked at and found empty. */
export function parseDisks(
  blockDevices: readonly string[],
  loopFiles: readonly string[],
  evidence: readonly string[],
): DiskFacts[] {
  const rows = blockDevices.map(parsePairs);
  const found = groupEvidence(evidence);
  const backing = new Map(loopFiles.map((line) => [line.split(/\s+/)[0] ?? "", line.slice(line.indexOf(" ")).trim()]));
  return rows.flatMap((row) => {
    const path = row.NAME ?? "";
    const sizeBytes = Number(row.SIZE ?? 0);
    const isDisk = row.TYPE === "disk" || row.TYPE === "mpath";
    const isLoopDisk = row.TYPE === "loop" && sizeBytes > smallestLoopDiskBytes;
    // Without evidence the device node does not exist: a container sees the host's disks in sysfs.
    const seen = found.get(path);
    if ((!isDisk && !isLoopDisk) || seen === undefined || sizeBytes === 0) return [];
    return [
      {
        path,
        sizeBytes,
        rotational: row.ROTA === "1",
        model: row.MODEL?.trim() || backing.get(path) || null,
        serial: row.SERIAL?.trim() || null,
        inUseBecause: reasons(row, rows, seen),
      },
    ];
  });
}

function reasons(row: Row, rows: readonly Row[], evidence: readonly (readonly [string, string])[]): Sentence[] {
  const all = (name: string) => evidence.filter(([key]) => key === name).map(([, value]) => value);
  const because: Sentence[] = [];
  if (row.RO === "1") because.push(say("disk-read-only"));
  if (row.MOUNTPOINT) because.push(say("disk-mounted", { point: row.MOUNTPOINT }));
  const children = rows.filter((child) => child.PKNAME === row.NAME);
  for (const child of children) because.push(childReason(child, rows));
  for (const holder of all("holder"))
    if (!children.some((child) => child.NAME?.endsWith(holder))) because.push(say("disk-held", { holder }));
  if (all("swap").length > 0) because.push(say("disk-swap"));
  const probes = all("probe").map((probe) => probe.split("=").at(-1) ?? "");
  const signatures = new Set([row.FSTYPE ?? "", ...probes, ...all("signature").map(signatureType)]);
  for (const signature of signatures) if (signature !== "") because.push(say("disk-carries", { signature }));
  const [head] = all("head");
  if (head === "unreadable") because.push(say("disk-unreadable"));
  if (head === undefined) because.push(say("disk-not-looked-at"));
  if (head === "data" && because.length === 0) because.push(say("disk-not-empty"));
  return because;
}

function childReason(child: Row, rows: readonly Row[]): Sentence {
  const used = [child, ...rows.filter((row) => row.PKNAME === child.NAME)];
  const mount = used.find((row) => row.MOUNTPOINT)?.MOUNTPOINT;
  const kind =
    child.TYPE === "part" ? say("disk-partition") : child.TYPE === undefined ? say("disk-device") : child.TYPE;
  const part = { kind, name: child.NAME ?? "" };
  if (mount) return say("disk-part-mounted", { ...part, point: mount });
  return child.FSTYPE ? say("disk-part-with", { ...part, filesystem: child.FSTYPE }) : say("disk-part", part);
}

/** `wipefs -n`: old ones print "offset TYPE [usage]" below a dashed line, newer ones "DEVICE OFFSET TYPE UUID LABEL". */
function signatureType(line: string): string {
  if (/^[-\s]*$/.test(line) || /^\s*(UUID|LABEL):/.test(line)) return "";
  const words = line.trim().split(/\s+/);
  const offset = words.findIndex((word) => word.startsWith("0x"));
  return offset < 0 ? "" : (words[offset + 1] ?? "");
}

function parsePairs(line: string): Row {
  return Object.fromEntries(
    [...line.matchAll(/([A-Z:-]+)="((?:[^"\\]|\\.)*)"/g)].map((pair) => [
      pair[1] ?? "",
      (pair[2] ?? "").replace(/\\x([0-9a-f]{2})/g, (_all, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    ]),
  );
}

function groupEvidence(lines: readonly string[]): Map<string, (readonly [string, string])[]> {
  const groups = new Map<string, (readonly [string, string])[]>();
  let current: (readonly [string, string])[] = [];
  for (const line of lines) {
    const at = line.indexOf("=");
    const [key, value] = [line.slice(0, at), line.slice(at + 1)];
    if (key === "device") groups.set(value, (current = []));
    else current.push([key, value]);
  }
  return groups;
}
