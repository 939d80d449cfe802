// The dashboard in headless Chromium, with the moment at which each line of it changed.
import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import { account, panelUrl } from "@/bench/bench-lab";
import messages from "@/messages/en/cluster.json" with { type: "json" };
import authMessages from "@/messages/en/auth.json" with { type: "json" };

const chromiumFlags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
const firstStatusTimeoutMs = 60_000;

export const words = {
  intent: messages.ha.intent,
  member: messages.node.consul,
  failed: messages.nodeState.failed,
  alive: messages.nodeState.alive,
} as const;

/** One new text of a line, as Date.now() saw it in a MutationObserver. */
export interface LineChange {
  at: number;
  line: string;
  text: string;
}

/** What a browser that is signed in brings along. */
export type Session = Awaited<ReturnType<BrowserContext["storageState"]>>;
const browserOptions = { locale: "en-US", viewport: { width: 1280, height: 800 } } as const;

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: "/usr/bin/chromium", args: chromiumFlags });

export async function signedIn(browser: Browser, origin: string = panelUrl): Promise<BrowserContext> {
  const context = await browser.newContext(browserOptions);
  const page = await context.newPage();
  await page.goto(`${origin}/login`);
  await page.getByLabel(authMessages.username).fill(account.username);
  await page.getByLabel(authMessages.password, { exact: true }).fill(account.password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/clusters");
  await page.close();
  return context;
}

/** The cluster's dashboard with everything on it read once; from then on its lines are watched. */
export async function openDashboard(
  browser: Browser,
  clusterId: string,
  nodes: readonly string[],
  { origin = panelUrl, session }: { origin?: string; session?: Session } = {},
): Promise<Page> {
  const context =
    session === undefined
      ? await signedIn(browser, origin)
      : await browser.newContext({ ...browserOptions, storageState: session });
  const page = await context.newPage();
  await page.goto(`${origin}/clusters/${clusterId}`);
  const lastCard = page.locator(`#node-${nodes.at(-1)}`);
  await lastCard.getByText(words.alive).first().waitFor({ timeout: firstStatusTimeoutMs });
  // The compiler of the benches wraps functions in this helper of its own, which the page does not have.
  await page.evaluate("globalThis.__name = (named) => named");
  await page.evaluate(watchLines, { terms: words, nodes });
  return page;
}

export const linesOf = (page: Page): Promise<LineChange[]> =>
  page.evaluate(() => Reflect.get(window, "trivetBenchLines") as LineChange[]);

/** Runs in the page. */
function watchLines({ terms, nodes }: { terms: { intent: string; member: string }; nodes: readonly string[] }): void {
  const valueOf = (scope: ParentNode | null, term: string): string =>
    [...(scope?.querySelectorAll("dt") ?? [])].find((dt) => dt.textContent === term)?.nextElementSibling?.textContent ??
    "";
  const changes: LineChange[] = [];
  const newest = new Map<string, string>();
  const look = (): void => {
    const at = Date.now();
    const lines: [string, string][] = [
      ["intent", valueOf(document, terms.intent)],
      ...nodes.map((node): [string, string] => [
        `member:${node}`,
        valueOf(document.getElementById(`node-${node}`), terms.member),
      ]),
    ];
    for (const [line, text] of lines) {
      if (newest.get(line) === text) continue;
      newest.set(line, text);
      changes.push({ at, line, text });
    }
  };
  look();
  Object.assign(window, { trivetBenchLines: changes });
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}
