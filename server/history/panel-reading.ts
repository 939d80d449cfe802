import { stat } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { environment } from "@/server/env";
import type { ProcessReading } from "@/server/history/panel-sample";
import { inFlight } from "@/server/process";

export async function readPanel(): Promise<ProcessReading> {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const { active, idle } = performance.eventLoopUtilization();
  return {
    atMs: performance.now(),
    cpuMicroseconds: user + system,
    activeMs: active,
    idleMs: idle,
    residentBytes: rss,
    heapBytes: heapUsed,
    requests: inFlight().length,
    databaseBytes: await databaseBytes(),
  };
}

async function databaseBytes(): Promise<number | null> {
  const { postgresqlUrl, dataDirectory } = environment();
  if (postgresqlUrl !== null) return null;
  const file = join(dataDirectory, "trivet.db");
  const sizes = await Promise.all(
    [file, `${file}-wal`].map((path) =>
      // Nothing of the project: a bundler that follows the path would take all of it along.
      stat(/*turbopackIgnore: true*/ path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
