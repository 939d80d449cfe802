// Processes by identity, never by name pattern. A pid alone may have been reused; pid plus start time cannot.
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "@/lab/lab-error";

export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot, field 22 of /proc/PID/stat. */
  startTime: string;
}

const POLL_INTERVAL_MS = 30;

export function readIdentity(pid: number): ProcessIdentity | null {
  const fields = statFields(pid);
  return fields?.[19] === undefined ? null : { pid, startTime: fields[19] };
}

/** A zombie counts as gone: it holds neither namespace nor file. */
export function isAlive(process: ProcessIdentity): boolean {
  const fields = statFields(process.pid);
  return fields !== null && fields[19] === process.startTime && fields[0] !== "Z" && fields[0] !== "X";
}

// The command name (field 2) may contain blanks and brackets, so counting starts after its last bracket, at field 3.
function statFields(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text
      .slice(text.lastIndexOf(")") + 2)
      .trim()
      .split(" ");
  } catch {
    return null;
  }
}

export function readRecord(file: string): ProcessIdentity | null {
  try {
    const [pid, startTime] = readFileSync(file, "utf8").trim().split(" ");
    return pid && startTime && /^\d+$/.test(pid) ? { pid: Number(pid), startTime } : null;
  } catch {
    return null;
  }
}

export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** True for pid 1 of a pid namespace below ours. */
export function isNamespaceInit(pid: number): boolean {
  try {
    const line = /^NSpid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
    const pids = line.trim().split(/\s+/);
    return pids.length > 1 && pids.at(-1) === "1";
  } catch {
    return false;
  }
}

export function commandName(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return null;
  }
}

export type NamespaceKind = "pid" | "net" | "mnt";

export function namespaceOf(pid: number, kind: NamespaceKind): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return null;
  }
}

/** Every process of the machine that lives in this namespace, given as /proc prints it: `pid:[4026531836]`. */
export function processesInNamespace(kind: NamespaceKind, id: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => namespaceOf(pid, kind) === id);
}

/** False when the process was gone already. */
export function signal(pid: number, name: NodeJS.Signals | number): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

export async function waitUntil(
  what: string,
  timeoutMs: number,
  probe: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await probe())) {
    if (performance.now() > deadline) throw new LabError(`${what}: not seen within ${timeoutMs / 1000} s`);
    await sleep(POLL_INTERVAL_MS);
  }
}
