import { runCommand } from "@/suite/system/run-command";

/** systemd-notify is one fork; a unit of Type=simple has no socket and none is made. */
const notifyTimeoutMs = 5_000;

export async function notifySystemd(...words: string[]): Promise<void> {
  if (process.env["NOTIFY_SOCKET"] === undefined) return;
  await runCommand(["systemd-notify", `--pid=${process.pid}`, ...words], { timeoutMs: notifyTimeoutMs });
}

/** Half of what the unit allows; null when the unit has no watchdog. */
export function watchdogPeriodMs(): number | null {
  const microseconds = Number(process.env["WATCHDOG_USEC"] ?? 0);
  return microseconds > 0 ? microseconds / 2000 : null;
}
