import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { button } from "@/e2e/browser";
import { type ClusterRecord, clusterRecord, readClusterRecord } from "@/e2e/cluster-record";
import { tabTo } from "@/e2e/focus-walk";
import { wordsOf } from "@/e2e/words";

/** Without a mouse: what is pressed here is the keyboard's, and nothing is clicked or filled by another way. */
const say = wordsOf("en");

let context: BrowserContext;
let page: Page;
let record: ClusterRecord;

test.beforeAll(async ({ browser }) => {
  record = readClusterRecord();
  context = await browser.newContext({ storageState: clusterRecord.session, viewport: { width: 1280, height: 720 } });
  await context.addCookies([{ name: "trivet-locale", value: "en", url: "http://127.0.0.1:3300" }]);
  page = await context.newPage();
});
test.afterAll(async () => context.close());

test("a run: its grid by arrows, a cell opened, and left with one Tab", async () => {
  await page.goto(`/runs/${record.runId}`);
  const grid = page.getByRole("grid", { name: say("run.grid.label") });
  await expect(grid).toBeVisible();
  const cells = grid.getByRole("button");
  await tabTo(page, grid.locator("button[tabindex='0']"));
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  const focused = grid.locator("button:focus");
  await expect(focused).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(grid.locator("[aria-selected=true] button:focus")).toHaveCount(1);
  expect(await cells.count()).toBeGreaterThan(10);
  // One stop for the whole grid: the next Tab is past it.
  await page.keyboard.press("Tab");
  expect(await grid.evaluate((element) => element.contains(document.activeElement))).toBe(false);
  await tabTo(page, button(page, say("run.report")));
});

test("menus and the palette: opened, walked through, closed, and the focus is back", async () => {
  await page.goto(`/clusters/${record.clusterId}`);
  const theme = button(page, say("shell.theme.label"));
  await tabTo(page, theme);
  await page.keyboard.press("Enter");
  const choices = page.getByRole("menuitemradio");
  await expect(choices).toHaveCount(3);
  await expect(page.locator("[role=menuitemradio]:focus")).toHaveCount(1);
  await page.keyboard.press("End");
  await expect(choices.last()).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(choices.first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(choices).toHaveCount(0);
  await expect(theme).toBeFocused();

  await page.keyboard.press("Control+k");
  const search = page.getByRole("combobox");
  await expect(search).toBeFocused();
  await page.keyboard.type(say("shell.nav.audit"));
  await expect(page.getByRole("option").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(theme).toBeFocused();
});
