import { join } from "node:path";
import type { Page } from "@playwright/test";
import { chooseLanguage } from "@/e2e/browser";
import { type Locale, locales } from "@/e2e/words";

const directory = join(import.meta.dirname, "../docs/screenshots");
const windowSize = { width: 1280, height: 800 };
/** They hold ages and times: rewritten only on demand, or every run would change them. */
const isWanted = process.env.TRIVET_SCREENSHOTS === "1";

/** The whole page as it stands, for the documentation. */
export async function shoot(page: Page, name: string, locale: Locale, theme: "light" | "dark"): Promise<void> {
  if (!isWanted) return;
  // The rail is as tall as the window: a window as tall as the page shows both whole.
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...windowSize, height: Math.max(windowSize.height, height) });
  const language = locale === "en" ? "en" : "zh";
  // A list that takes what the window has left has grown with it: the end of such a page is below the window again.
  await page.screenshot({ path: join(directory, `${name}-${language}-${theme}.png`), fullPage: true });
  await page.setViewportSize(windowSize);
}

/** The same in every language and theme, and back to the one it is in. */
export async function shootAll(page: Page, name: string, back: Locale): Promise<void> {
  if (!isWanted) return;
  for (const locale of [...locales.filter((each) => each !== back), back]) {
    await chooseLanguage(page, locale);
    for (const theme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await shoot(page, name, locale, theme);
    }
  }
}
