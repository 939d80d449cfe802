// The dashboard's first load beside the consoles Debian has for such a cluster, and what it costs while nobody does anything.
import type { Browser, BrowserContext, Frame } from "@playwright/test";
import { type DeployedCluster, panelPid, panelUrl, say, startDeployed, withBench } from "@/bench/bench-lab";
import { openBrowser, signedIn, words } from "@/bench/dashboard-lines";
import { median, rounded } from "@/bench/figures";
import { type FirstLoad, firstLoad } from "@/bench/first-load";
import { meterOf, sharesBetween } from "@/bench/processor-time";
import { startRivals } from "@/bench/rivals";
import { ensureRivalPackages } from "@/lab/rival-packages";
import { ensureTestPackages } from "@/scripts/test-packages";

/** Of one core, while somebody looks and nothing happens. */
export const idleBars = { browser: 0.02, panel: 0.03 } as const;
/** The first look of panel and page is over by then. */
const settleMs = 10_000;
const idleMs = 30_000;

interface Measured {
  name: string;
  version: string;
  bytes: number;
  scriptBytes: number;
  requests: number;
  shownMs: number;
  interactiveMs: number;
}

export interface DashboardFigures {
  loads: Measured[];
  /** Ours is less than both others'. */
  fewerBytes: boolean;
  soonerInteractive: boolean;
  idle: { browser: number; panel: number };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const benchDashboard = (runs: number): Promise<DashboardFigures> =>
  withBench(async () => {
    ensureTestPackages();
    return await measureDashboard(await startDeployed(await ensureRivalPackages()), runs);
  });

/** Of a cluster whose nodes were given the other consoles' packages. */
export async function measureDashboard({ status, run }: DeployedCluster, runs: number): Promise<DashboardFigures> {
  const browser = await openBrowser();
  try {
    const url = `${panelUrl}/clusters/${run.clusterId}`;
    const idle = await idleShares(browser, url);
    const [node] = status.nodes;
    if (node === undefined) throw new Error("the cluster has no node");
    const rivals = await startRivals(node.name, node.ip, status.rootPassword);
    const ours = {
      name: "trivet",
      version: "",
      url,
      signIn: signedIn,
      isShown: async ([frame]: readonly Frame[]) =>
        (await frame
          ?.locator(`#node-${status.nodes.at(-1)?.name}`)
          .getByText(words.alive)
          .first()
          .isVisible()) ?? false,
    };
    const consoles = [ours, ...rivals];
    const contexts = new Map<string, BrowserContext>();
    for (const each of consoles) contexts.set(each.name, await each.signIn(browser));
    const loads = new Map<string, FirstLoad[]>(consoles.map(({ name }) => [name, []]));
    for (let round = 1; round <= runs; round += 1) {
      // In turn, so that the machine's other work is everybody's.
      for (const each of consoles) {
        say(`first load ${round} of ${each.name}…`);
        const session = await contexts.get(each.name)?.storageState();
        // Signed in, and with an empty cache of its own.
        const fresh = await browser.newContext({
          locale: "en-US",
          viewport: { width: 1280, height: 720 },
          ...(session === undefined ? {} : { storageState: session }),
        });
        loads.get(each.name)?.push(await firstLoad(fresh, each.url, each.isShown));
        await fresh.close();
      }
    }
    const measured = consoles.map(({ name, version }) => medians(name, version, loads.get(name) ?? []));
    const [own, ...others] = measured;
    if (own === undefined) throw new Error("nothing was measured");
    return {
      loads: measured,
      fewerBytes: others.every(({ bytes }) => own.bytes < bytes),
      soonerInteractive: others.every(({ interactiveMs }) => own.interactiveMs < interactiveMs),
      idle,
    };
  } finally {
    await browser.close();
  }
}

function medians(name: string, version: string, loads: readonly FirstLoad[]): Measured {
  const of = (pick: (load: FirstLoad) => number): number => rounded(median(loads.map(pick)), 0);
  return {
    name,
    version,
    bytes: of(({ bytes }) => bytes),
    scriptBytes: of(({ scriptBytes }) => scriptBytes),
    requests: of(({ requests }) => requests),
    shownMs: of(({ shownMs }) => shownMs),
    interactiveMs: of(({ interactiveMs }) => interactiveMs),
  };
}

/** Shares of one core over half a minute: all processes of a browser with this one page, and the panel that follows one cluster. */
async function idleShares(browser: Browser, url: string): Promise<{ browser: number; panel: number }> {
  const context = await signedIn(browser);
  const page = await context.newPage();
  await page.goto(url);
  await page.getByText(words.alive).first().waitFor();
  await pause(settleMs);
  const meter = await meterOf(browser, panelPid());
  say(`${idleMs / 1000} s of an idle dashboard…`);
  const before = await meter();
  await pause(idleMs);
  const { browser: share, panel } = sharesBetween(before, await meter());
  await context.close();
  return { browser: rounded(share), panel: rounded(panel) };
}
