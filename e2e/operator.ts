// What an operator does with any procedure: read, press, confirm, look on, come back.
import { type Browser, expect, type Locator, type Page } from "@playwright/test";
import { account, button, chooseLanguage, signIn } from "@/e2e/browser";
import { panelUrl } from "@/e2e/panel";
import { type Locale, type Say, wordsOf } from "@/e2e/words";
import { guardsMs, runMs } from "@/testing/maintained-lab";

/** A press asks the guards on the nodes anew: seconds, more beside other work. */
export const pressMs = 30_000;
/** How long a person looks on before pressing Resume again. Shorter presses into a look that has not ended. */
const lookMs = 15_000;
const runPath = /\/runs\/[^/?]+$/;

export interface Operator {
  readonly page: Page;
  readonly say: Say;
  readonly locale: Locale;
}

/** In a browser of his own, in his own language. */
export async function operator(
  browser: Browser,
  locale: Locale,
  origin: string = panelUrl,
  who: { username: string; password: string } = account,
): Promise<Operator> {
  const page = await (await browser.newContext({ baseURL: origin })).newPage();
  await signIn(page, wordsOf("en"), origin, who);
  await chooseLanguage(page, locale);
  return { page, say: wordsOf(locale), locale };
}

/** The language changes in the middle of the work; what is open stays open. */
export async function inLanguage({ page }: Operator, locale: Locale): Promise<Operator> {
  await chooseLanguage(page, locale);
  return { page, say: wordsOf(locale), locale };
}

/** Follows a link of the page itself, not of the rail beside it. */
export async function choose({ page }: Operator, name: string): Promise<void> {
  await page.getByRole("main").getByRole("link", { name, exact: true }).click();
}

export const runIdOf = (page: Page): string => new URL(page.url()).pathname.split("/").at(-1) ?? "";

/** Waits until everything that must hold does, opens the confirmation and types what it asks for. */
export async function ask({ page }: Operator, label: string, word: string | null): Promise<Locator> {
  const start = button(page, label);
  await expect(start).toBeEnabled({ timeout: guardsMs });
  await start.click();
  const dialog = page.getByRole("dialog");
  if (word !== null) await dialog.getByRole("textbox").fill(word);
  return button(dialog, label);
}

/** Presses until the run's page is there: what was read a moment ago may be refused, and is read anew. One visit is one run. */
export async function press({ page }: Operator, confirm: Locator): Promise<string> {
  await expect(async () => {
    await confirm.click({ timeout: pressMs });
    await page.waitForURL(runPath, { timeout: pressMs });
  }).toPass({ timeout: guardsMs });
  return runIdOf(page);
}

export async function order(who: Operator, label: string, word: string | null = null): Promise<string> {
  return await press(who, await ask(who, label, word));
}

/** Two who ask for the same press at the same moment: the one whose run began, and the one who was refused. */
export async function pressAtOnce(
  [one, other]: readonly [Operator, Operator],
  buttons: readonly Locator[],
): Promise<[Operator, Operator]> {
  const hasBegun = ({ page }: Operator): boolean => runPath.test(new URL(page.url()).pathname);
  const begun = () => [one, other].filter(hasBegun).length;
  // What was read a moment ago may be refused to both: then both press again.
  await expect(async () => {
    if (begun() === 0) await Promise.all(buttons.map((confirm) => confirm.click()));
    await expect.poll(begun, { timeout: pressMs }).toBe(1);
  }).toPass({ timeout: guardsMs });
  return hasBegun(one) ? [one, other] : [other, one];
}

/** The run on the page ends well; one that stands still fails with what it says. */
export async function ends({ page, say }: Operator, withinMs = runMs): Promise<void> {
  // The run's own words: the tray beside them asks every few seconds only.
  const main = page.getByRole("main");
  const done = main.getByText(say("run.standing.succeeded.title"));
  const still = main.getByText(say("shell.runState.parked"), { exact: true });
  await expect(done.or(still).first()).toBeVisible({ timeout: withinMs });
  await expect(done).toBeVisible();
}

/** The run ends well, at most after a person who sees it stand still for this reason has pressed Resume. */
export async function endsOnceResumed(who: Operator, reason: "step-failed" | "cluster-locked"): Promise<void> {
  const still = standing(who, reason);
  await expect(async () => {
    if (await still.isVisible()) await button(who.page, who.say("run.action.resume")).click({ timeout: pressMs });
    await expect(standing(who, "succeeded")).toBeVisible({ timeout: lookMs });
  }).toPass({ timeout: runMs });
}

export const standing = ({ page, say }: Operator, kind: string): Locator =>
  page.getByText(say(`run.standing.${kind}.title`));

/** The first thing an operator sees who comes back: the tray in the head, whatever page is open. */
export async function reopen(browser: Page, { say }: Operator): Promise<void> {
  await browser.goto("/clusters");
  await browser.getByRole("button", { name: say("shell.tray.count", { count: 1 }) }).click();
  const popover = browser.getByRole("dialog");
  await popover
    .getByRole("link")
    .filter({ hasNotText: say("shell.tray.all") })
    .click();
  await browser.waitForURL(runPath);
}
