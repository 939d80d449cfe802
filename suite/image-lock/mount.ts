import { say, type Sentence } from "@/contract/sentence";

export interface Mount {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

/** The mount a path lies on: the innermost, and of several on one point the newest. Null: the table names none. */
export function mountOf(mountinfo: string, path: string): Mount | null {
  let found: { point: string; mount: Mount } | null = null;
  for (const line of mountinfo.split("\n")) {
    const [left = "", right] = line.split(" - ");
    if (right === undefined) continue;
    const [id = "", , , , rawPoint = "", options = ""] = left.split(" ");
    const [type = "", source = "", superOptions = ""] = right.split(" ");
    const point = unescape(rawPoint);
    const isAbove = point === "/" || path === point || path.startsWith(`${point}/`);
    if (!isAbove || point.length < (found?.point.length ?? 0)) continue;
    const all = [...new Set([...options.split(","), ...superOptions.split(",")])];
    found = { point, mount: { id, type, source: unescape(source), options: all } };
  }
  return found?.mount ?? null;
}

/** The table writes space, tab, newline and backslash as octal numbers. */
const unescape = (text: string): string =>
  text.replaceAll(/\\(\d{3})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/**
 * File systems of one kernel: a lock ends with the open file and with nothing else, so nobody loses it and writes on. They are an
 * arbiter only between nodes that share the kernel (containers of one machine), which is what the probes then show: two
 * machines with disks of their own never refuse each other.
 */
const ofOneKernel = new Set(["ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs", "overlay"]);
/** How the kernel writes "no" for a switch. */
const off = new Set(["N", "0"]);

/**
 * Why no lock in this folder may decide who writes. Null: it may. What is asked: does a client that lost its lock stop writing?
 * `recoverLostLocks`: the NFS client's switch as read, null where there is none.
 */
export function whyNoArbiter(folder: string, mount: Mount | null, recoverLostLocks: string | null): Sentence | null {
  if (mount === null) return say("mount-none", { folder });
  const { type, source, options } = mount;
  if (ofOneKernel.has(type)) return null;
  if (type !== "nfs" && type !== "nfs4") return say("mount-unsure", { folder, type, source });
  const version = options.find((option) => option.startsWith("vers="))?.slice("vers=".length) ?? "3";
  if (type === "nfs" && !version.startsWith("4")) return say("mount-nfs-old", { folder, version });
  const local = options.find((option) => option === "nolock" || /^local_lock=(?!none$)/.test(option));
  if (local !== undefined) return say("mount-local-lock", { folder, option: local });
  const recovers = recoverLostLocks?.trim() ?? "not readable";
  return off.has(recovers) ? null : say("mount-recovers-locks", { value: recovers });
}

export const mountText = (mount: Mount | null): string => (mount === null ? "none" : `${mount.type} ${mount.source}`);
