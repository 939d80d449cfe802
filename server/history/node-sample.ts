import type { NodeCounters } from "@/server/history/node-counters";
import type { Sample } from "@/server/history/recorder";
import { sampleSeconds } from "@/server/history/resolutions";

/** Beyond it two readings say nothing about the time between them: what happened there was not seen. */
const longestSpanSeconds = 3 * sampleSeconds;

/** Two readings of one node as figures. A counter that went back (a reboot, a driver loaded anew) gives none for that span. */
export function nodeSample(before: NodeCounters | null, now: NodeCounters): Sample {
  const sample: Record<string, number> = {};
  const put = (metric: string, value: number | null | undefined): void => {
    if (typeof value === "number" && Number.isFinite(value)) sample[metric] = value;
  };
  put("uptime", now.uptime);
  put("clock.offset", now.clockOffset);
  put("load", now.load);
  const { MemTotal: total, MemAvailable: available, SwapTotal: swap, SwapFree: swapFree } = now.memory;
  put("memory.size", total);
  if (total !== undefined && available !== undefined) put("memory.used", total - available);
  if (swap !== undefined && swapFree !== undefined) put("swap.used", swap - swapFree);
  for (const [path, { size, used }] of now.fileSystems) {
    put(`fs.size:${path}`, size);
    put(`fs.used:${path}`, used);
  }
  const seconds = before === null ? Number.NaN : now.uptime - before.uptime;
  if (before === null || !(seconds > 0 && seconds <= longestSpanSeconds)) return sample;

  cpu(before.cpu, now.cpu, put);
  const rates = new Map<string, number | null>();
  const perSecond = (metric: string, device: string, then: number | undefined, value: number): void => {
    const grown = then === undefined ? Number.NaN : value - then;
    const rate = grown >= 0 ? grown / seconds : null;
    put(`${metric}:${device}`, rate);
    const sum = rates.get(metric);
    // A total of which one part is not known is not known.
    rates.set(metric, rate === null || sum === null ? null : (sum ?? 0) + rate);
  };
  for (const [name, disk] of now.disks) {
    const then = before.disks.get(name);
    perSecond("disk.read", name, then?.readBytes, disk.readBytes);
    perSecond("disk.write", name, then?.writtenBytes, disk.writtenBytes);
    if (then === undefined) continue;
    const busy = (disk.busyMs - then.busyMs) / 1000 / seconds;
    if (busy >= 0) put(`disk.busy:${name}`, Math.min(1, busy));
    const requests = disk.reads - then.reads + disk.writes - then.writes;
    const waitMs = disk.readMs - then.readMs + disk.writeMs - then.writeMs;
    if (requests > 0 && waitMs >= 0) put(`disk.wait:${name}`, waitMs / 1000 / requests);
  }
  for (const [name, nic] of now.nics) {
    const then = before.nics.get(name);
    perSecond("net.receive", name, then?.received, nic.received);
    perSecond("net.send", name, then?.sent, nic.sent);
    perSecond("net.faults", name, then?.faults, nic.faults);
  }
  for (const [metric, rate] of rates) put(metric, rate);
  return sample;
}

function cpu(before: readonly number[], now: readonly number[], put: (metric: string, value: number) => void): void {
  const grown = now.map((ticks, index) => ticks - (before[index] ?? Number.NaN));
  const all = grown.reduce((sum, ticks) => sum + ticks, 0);
  const [, , , idle = Number.NaN, iowait = Number.NaN, , , steal = 0] = grown;
  if (!(all > 0) || idle < 0 || iowait < 0) return;
  put("cpu.busy", Math.max(0, 1 - (idle + iowait) / all));
  put("cpu.iowait", iowait / all);
  put("cpu.steal", Math.max(0, steal / all));
}
