// What a person does who has no mouse: every stop on the way is a stop of the Tab key, and is looked at (focus-walk.ts).
import { expect, type Locator, type Page } from "@playwright/test";
import { tabTo } from "@/e2e/focus-walk";

/** More choices than any list of the panel's tests has: beyond, the arrow keys lead nowhere. */
const mostArrows = 30;

export async function pressOn(page: Page, target: Locator, key: "Enter" | "Space" = "Enter"): Promise<void> {
  await expect(target).toBeEnabled();
  await tabTo(page, target);
  await page.keyboard.press(key);
}

/** Replaces what the field holds; leaves it as a person does, so that it is saved. */
export async function typeInto(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
  await page.keyboard.press("Tab");
}

export async function tick(page: Page, box: Locator): Promise<void> {
  await pressOn(page, box, "Space");
  await expect(box).toBeChecked();
}

/** The group is one stop; its arrow keys choose. */
export async function chooseCard(page: Page, card: Locator): Promise<void> {
  await tabTo(page, card.locator("xpath=ancestor::*[@role='radiogroup']"));
  await arrowTo(page, async () => await card.evaluate((element) => element === document.activeElement));
  if (!(await card.isChecked())) await page.keyboard.press("Space");
  await expect(card).toBeChecked();
}

/** Of the browser's own list, without opening it. */
export async function chooseOption(page: Page, list: Locator, value: string): Promise<void> {
  await tabTo(page, list);
  await page.keyboard.press("Home");
  await arrowTo(page, async () => (await list.inputValue()) === value);
}

async function arrowTo(page: Page, isThere: () => Promise<boolean>): Promise<void> {
  for (let arrows = 0; arrows < mostArrows; arrows += 1) {
    if (await isThere()) return;
    await page.keyboard.press("ArrowDown");
  }
  throw new Error(`${mostArrows} arrow keys do not reach the choice`);
}

/** The system's own dialog is opened by key; in it nobody types here. */
export async function chooseFile(page: Page, input: Locator, path: string): Promise<void> {
  const opened = page.waitForEvent("filechooser");
  await pressOn(page, input);
  await (await opened).setFiles(path);
}
