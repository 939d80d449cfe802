import { expect, type Locator, type Page } from "@playwright/test";
import { type Locale, type Say, wordsOf } from "@/e2e/words";

export const account = { username: "admin", password: "copper kettle nine geese" } as const;

const languageNames: Record<Locale, string> = { en: "English", "zh-CN": "简体中文" };

/** Chooses a language in the page's own menu, whatever it speaks now. */
export async function chooseLanguage(page: Page, locale: Locale): Promise<void> {
  const labels = (["en", "zh-CN"] as const).map((each) => wordsOf(each)("shell.locale.label"));
  await page.getByRole("button", { name: new RegExp(`^(${labels.join("|")})$`) }).click();
  await page.getByRole("menuitemradio", { name: languageNames[locale] }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", locale);
}

export async function signIn(
  page: Page,
  say: Say,
  origin = "",
  who: { username: string; password: string } = account,
): Promise<void> {
  await page.goto(`${origin}/login`);
  await page.getByLabel(say("auth.username")).fill(who.username);
  await page.getByLabel(say("auth.password"), { exact: true }).fill(who.password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/clusters");
}

export const button = (scope: Page | Locator, name: string): Locator =>
  scope.getByRole("button", { name, exact: true });
export const region = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });

/** Waits until what was typed is on the server: the next place judges the saved draft. */
export async function saved(page: Page, say: Say): Promise<void> {
  await expect(page.getByTestId("save-status")).toContainText(say("deployment.save.saved"));
}

export async function setText(field: Locator, text: string): Promise<void> {
  await field.fill(text);
  await field.blur();
}
