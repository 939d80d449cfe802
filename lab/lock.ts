import { linkSync, unlinkSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "@/lab/lab-error";
import { LOCK_FILE } from "@/lab/places";
import { isAlive, readIdentity, readRecord } from "@/lab/processes";

// A fetch on a new machine holds the lock for minutes; verbs of other terminals wait for it instead of failing.
const WAIT_LIMIT_MS = 600_000;
const RETRY_INTERVAL_MS = 200;

/** One change of the cluster at a time. A lock whose holder died (kill -9) is taken over. */
export async function withLock<T>(work: () => Promise<T>): Promise<T> {
  await acquire();
  try {
    return await work();
  } finally {
    unlinkSync(LOCK_FILE);
  }
}

async function acquire(): Promise<void> {
  const deadline = performance.now() + WAIT_LIMIT_MS;
  let announced = false;
  while (!tryAcquire()) {
    const holder = readRecord(LOCK_FILE);
    if (holder && !isAlive(holder)) {
      removeStale();
      continue;
    }
    if (performance.now() > deadline) {
      throw new LabError(
        `process ${holder?.pid ?? "?"} has held ${LOCK_FILE} for ${WAIT_LIMIT_MS / 1000} s; end it, then try again`,
      );
    }
    if (!announced) console.error(`waiting for another lab command (process ${holder?.pid ?? "?"})…`);
    announced = true;
    await sleep(RETRY_INTERVAL_MS);
  }
}

function removeStale(): void {
  try {
    unlinkSync(LOCK_FILE);
  } catch {
    // Another waiter removed it first.
  }
}

function tryAcquire(): boolean {
  const own = readIdentity(process.pid);
  if (!own) throw new LabError("cannot read /proc/self/stat: is /proc mounted?");
  // Linked into place with its content: a lock file is never seen empty, even after a crash right here.
  const draft = `${LOCK_FILE}.${own.pid}`;
  writeFileSync(draft, `${own.pid} ${own.startTime}\n`);
  try {
    linkSync(draft, LOCK_FILE);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}
