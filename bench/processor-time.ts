// What a browser and the panel have spent, and when a browser has come to rest.
import { readFileSync } from "node:fs";
import type { Browser } from "@playwright/test";

/** Linux counts processor time in hundredths of a second. */
const ticksPerSecond = 100;

export interface Spent {
  readonly atMs: number;
  /** Seconds of all processes of the browser. */
  readonly browser: number;
  readonly panel: number;
}

/** Of one core. */
export interface Shares {
  browser: number;
  panel: number;
}

export type Meter = () => Promise<Spent>;

export async function meterOf(browser: Browser, panelPid: number): Promise<Meter> {
  const session = await browser.newBrowserCDPSession();
  return async () => {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    const spent = processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    return { atMs: performance.now(), browser: spent, panel: cpuSeconds(panelPid) };
  };
}

export function sharesBetween(before: Spent, after: Spent): Shares {
  const seconds = (after.atMs - before.atMs) / 1000;
  return { browser: (after.browser - before.browser) / seconds, panel: (after.panel - before.panel) / seconds };
}

/** Long enough for a question that pages ask every few seconds to be among it. */
const lookMs = 5_000;
/** Pages that are still loading use whatever the machine has. */
const restingMost = 0.6;
const restTimeoutMs = 180_000;

/** Pages that were opened one after the other are all there and quiet: what they still do is what they always do. */
export async function untilAtRest(meter: Meter): Promise<{ seconds: number; shares: Shares }> {
  const began = performance.now();
  for (;;) {
    const before = await meter();
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    const shares = sharesBetween(before, await meter());
    const ms = performance.now() - began;
    if (shares.browser <= restingMost) return { seconds: ms / 1000, shares };
    if (ms > restTimeoutMs)
      throw new Error(
        `the pages take ${shares.browser.toFixed(2)} cores for ${restTimeoutMs / 1000} s: they do not come to rest`,
      );
  }
}

function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // utime and stime, counted from the state after the name.
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
