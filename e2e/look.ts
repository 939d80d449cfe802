import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { tabTo } from "@/e2e/focus-walk";
import { expectNothingCutOff } from "@/e2e/layout";
import type { Place } from "@/e2e/places";
import { shoot } from "@/e2e/screenshots";
import { areas, type Locale, type Say } from "@/e2e/words";

const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** What another theme can break. The rest of the page is the same. */
const colourRules = ["color-contrast", "link-in-text-block"];
/** What another width can break. */
const layoutRules = ["target-size", "scrollable-region-focusable"];

/** A laptop's, a desk's, a wall's, and a tablet held upright. The page is loaded once and follows the window. */
export const sizes = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
  { width: 834, height: 1112 },
] as const;
type Theme = "light" | "dark";
/** What is shorter is no motion: one frame. The styles make a hundredth of a millisecond of every transition then. */
const shortestMotionMs = 16;
/** A4 upright, without its margins. */
const paper = { width: 718, height: 1045 };

/** What is promised of every page: read, dark, wide and narrow, by keyboard, at rest and on paper. One load; every complaint is told. */
export async function look(page: Page, place: Place, locale: Locale, say: Say): Promise<void> {
  await expectAxeFindsNothing(page, null);
  if (place.screenshot !== undefined) await shoot(page, place.screenshot, locale, "light");
  await expectToFit(page, "light");
  await page.setViewportSize(sizes[0]);
  await setTheme(page, "dark");
  await expectAxeFindsNothing(page, colourRules);
  if (place.screenshot !== undefined) await shoot(page, place.screenshot, locale, "dark");
  await expectToFit(page, "dark");
  await expectAxeFindsNothing(page, layoutRules);
  await page.setViewportSize(sizes[0]);
  const { role, name } = place.main(say);
  await tabTo(page, page.getByRole(role, { name }).last());
  await expectNoMotion(page);
  await expectToPrint(page);
}

async function setTheme(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await expect(page.locator("html")).toHaveClass(theme === "dark" ? /dark/ : /light/);
}

export async function expectToFit(page: Page, theme: Theme): Promise<void> {
  await setTheme(page, theme);
  for (const size of sizes) {
    await page.setViewportSize(size);
    await expectNothingCutOff(page, `${theme}, ${size.width}×${size.height}`);
  }
}

/** The reader asked for less motion: what turns, flows and breathes stands still. */
async function expectNoMotion(page: Page): Promise<void> {
  const moving = await page.evaluate((shownMs) => {
    const timings = document.getAnimations().map((each) => each.effect?.getComputedTiming());
    return timings.filter((timing) => Number(timing?.endTime ?? 0) > shownMs);
  }, shortestMotionMs);
  expect.soft(moving, "what moves although less motion was asked for").toEqual([]);
}

/** On paper: the page alone, without what is there to be pressed around it. */
async function expectToPrint(page: Page): Promise<void> {
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  await page.setViewportSize(paper);
  await expect(page.getByRole("banner")).toBeHidden();
  await expect(page.getByRole("navigation")).toHaveCount(0);
  await expectNothingCutOff(page, "on paper");
  await page.emulateMedia({ media: "screen" });
}

async function expectAxeFindsNothing(page: Page, rules: string[] | null): Promise<void> {
  // One run in the page itself: there are no frames to gather, and a second page per look would double the time.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).setLegacyMode(true);
  const { violations } = await (rules === null ? axe.withTags(wcag) : axe.withRules(rules)).analyze();
  const found: string[] = [];
  for (const { id, nodes } of violations) {
    for (const node of nodes) {
      // axe takes everything in a disabled fieldset for unfocusable; browsers only its controls. So the browser is asked.
      if (id === "scrollable-region-focusable" && (await takesFocus(page, String(node.target[0])))) continue;
      found.push(`${id}: ${node.html.slice(0, 200)}`);
    }
  }
  expect.soft(found, `axe, ${rules?.join(" ") ?? "all rules"}`).toEqual([]);
}

async function takesFocus(page: Page, selector: string): Promise<boolean> {
  const element = page.locator(selector);
  await element.focus();
  const isFocused = await element.evaluate((found) => document.activeElement === found);
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  return isFocused;
}

/** A missing text is shown as its key: cluster.vm.title. */
export async function expectNoKeys(page: Page): Promise<void> {
  const text = await page.locator("body").innerText();
  const key = new RegExp(`\\b(${areas.join("|")})(\\.[A-Za-z][\\w-]*){2,}`, "g");
  expect.soft(text.match(key) ?? [], "texts that are keys").toEqual([]);
}
