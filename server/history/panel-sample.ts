import type { Sample } from "@/server/history/recorder";

export interface ProcessReading {
  atMs: number;
  /** Processor time of the whole process, in microseconds. */
  cpuMicroseconds: number;
  /** Milliseconds the event loop was at work, and waited. */
  activeMs: number;
  idleMs: number;
  residentBytes: number;
  heapBytes: number;
  requests: number;
  /** Null: the database is another server's. */
  databaseBytes: number | null;
}

/** The panel's own figures between two readings. */
export function panelSample(before: ProcessReading | null, now: ProcessReading): Sample {
  const sample: Record<string, number> = {
    "panel.memory": now.residentBytes,
    "panel.heap": now.heapBytes,
    "panel.requests": now.requests,
  };
  if (now.databaseBytes !== null) sample["panel.database"] = now.databaseBytes;
  if (before === null || now.atMs <= before.atMs) return sample;
  sample["panel.cpu"] = (now.cpuMicroseconds - before.cpuMicroseconds) / 1000 / (now.atMs - before.atMs);
  const active = now.activeMs - before.activeMs;
  const all = active + now.idleMs - before.idleMs;
  if (all > 0) sample["panel.loop"] = active / all;
  return sample;
}
