import { longLived } from "@/server/composition";
import { database } from "@/server/database/client";
import { log } from "@/server/log";
import { beginShutdown, inFlight, oncePerProcess } from "@/server/process";

/** Shorter cuts answers and journal writes off; longer and a supervisor's patience (10 s is common) runs out. */
const stopLimitMs = 3_000;
/** Time for the last events of streams to leave; exiting sooner shows browsers a broken connection instead of a resumable end. */
const flushMs = 200;
/** Whatever hangs, the process is gone by then. */
const forcedExitMs = 4_500;

/** On SIGTERM or SIGINT: streams end, running requests finish, parts stop, the process exits with 0. */
export const stopOnSignals = (): void =>
  oncePerProcess("signal handlers", () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));
  });

async function stop(signal: string): Promise<void> {
  setTimeout(() => process.exit(1), forcedExitMs).unref();
  log().info({ signal }, "stopping");
  beginShutdown();
  const limit = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), stopLimitMs).unref());
  const result = await Promise.race([finish(), limit]);
  if (result === "late")
    log().warn("some part did not stop in time; its work is journalled and continues at the next start");
  await new Promise((resolve) => setTimeout(resolve, flushMs));
  process.exit(0);
}

async function finish(): Promise<void> {
  await Promise.allSettled(inFlight());
  for (const part of longLived.toReversed()) {
    await part
      .stop?.()
      .catch((error: unknown) => log().error({ area: part.name, error: String(error) }, "stopping failed"));
  }
  await database().$disconnect();
}
