// The logs page following all nodes at a thousand lines a second: how smoothly it is drawn, and whether every line arrives.
import { readFileSync } from "node:fs";
import type { Browser, Page } from "@playwright/test";
import { type DeployedCluster, panelUrl, say, startDeployed, withBench } from "@/bench/bench-lab";
import { openBrowser, signedIn } from "@/bench/dashboard-lines";
import { countFrames, type FrameFigures } from "@/bench/frames";
import { faultsIn, numberedLine, startWriters, stopWriters } from "@/bench/log-writer";
import messages from "@/messages/en/logs.json" with { type: "json" };
import { pollUntil } from "@/lib/poll-until";
import { ensureTestPackages } from "@/scripts/test-packages";

/** Promised while lines stream in. */
export const framesBar = 50;
export const linesPerSecond = 1_000;
const followSeconds = 30;
/** An empty page, in the same browser beside the same writers: what this machine can draw at all. */
const referenceSeconds = 10;
/** Writers and page are under way by then. */
const leadSeconds = 5;
/** From a line to the page lies about a second; a busy machine takes longer. Longer hides that it never comes. */
const arrivalTimeoutMs = 60_000;
const lookMs = 250;

export interface LogsFigures {
  window: string;
  frames: FrameFigures;
  /** An empty page beside the same writers. */
  empty: FrameFigures;
  linesPerSecond: number;
  written: number;
  /** That passed through the page's list. */
  shown: number;
  /** Lines still kept by the page at the end, looked through one by one. */
  kept: number;
  /** A line that was dropped or stands in the wrong place. */
  faults: string[];
}

export const benchLogs = (): Promise<LogsFigures> =>
  withBench(async () => {
    ensureTestPackages();
    return await measureLogs(await startDeployed());
  });

export async function measureLogs({ status, run }: DeployedCluster): Promise<LogsFigures> {
  const nodes = status.nodes.map(({ name }) => name);
  const browser = await openBrowser();
  try {
    const empty = await emptyPage(browser, nodes);
    const page = await (await signedIn(browser)).newPage();
    await page.goto(`${panelUrl}/clusters/${run.clusterId}/logs?file=bench.log`);
    await page.getByText(messages.nothingPasses).waitFor();
    say(`${followSeconds} s of ${linesPerSecond} lines a second…`);
    const writers = await startWriters(nodes, "bench.log", linesPerSecond, leadSeconds + followSeconds + leadSeconds);
    await page.waitForTimeout(leadSeconds * 1000);
    const frames = await countFrames(page, followSeconds * 1000);
    const written = writers.reduce((sum, { lines }) => sum + lines, 0);
    const shown = await countShown(page, written);
    const kept = await savedLines(page);
    const faults = faultsIn(kept, writers);
    if (shown !== written) faults.push(`${written} lines were written, ${shown} passed through the page`);
    const size = page.viewportSize();
    return {
      window: `${size?.width}×${size?.height}`,
      ...{ frames, empty, linesPerSecond, written, shown, kept: kept.length, faults },
    };
  } finally {
    await browser.close();
    await stopWriters(nodes);
  }
}

async function emptyPage(browser: Browser, nodes: readonly string[]): Promise<FrameFigures> {
  const page = await browser.newPage();
  await startWriters(nodes, "bench-beside.log", linesPerSecond, leadSeconds + referenceSeconds);
  say(`${referenceSeconds} s of an empty page beside them…`);
  await page.waitForTimeout(leadSeconds * 1000);
  const frames = await countFrames(page, referenceSeconds * 1000);
  await page.close();
  await stopWriters(nodes);
  return frames;
}

/** What the list says below itself once all have come: lines it shows, and lines it no longer keeps. */
async function countShown(page: Page, written: number): Promise<number> {
  const footer = page.locator("section footer span").first();
  const count = async (): Promise<number> =>
    [...((await footer.textContent()) ?? "").matchAll(/([\d,]+) (?:older )?lines?/g)].reduce(
      (sum, [, figure = ""]) => sum + Number(figure.replaceAll(",", "")),
      0,
    );
  const all = async () => ((await count()) >= written ? written : null);
  const { signal } = new AbortController();
  await pollUntil(all, { everyMs: lookMs, timeoutMs: arrivalTimeoutMs, signal });
  return await count();
}

async function savedLines(page: Page) {
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: messages.save }).click();
  const text = readFileSync(await (await saved).path(), "utf8");
  return text.split("\n").flatMap((line) => numberedLine(line) ?? []);
}
