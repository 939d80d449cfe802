import { type BrowserContext, expect, test } from "@playwright/test";
import { chooseLanguage } from "@/e2e/browser";
import { clusterRecord, readClusterRecord } from "@/e2e/cluster-record";
import { expectNoKeys, expectToFit, look, sizes } from "@/e2e/look";
import { urlOf } from "@/e2e/panel";
import { places } from "@/e2e/places";
import { locales, wordsOf } from "@/e2e/words";
import { pseudoLocale } from "@/server/i18n/locale";

test("a form sent before the page's script has come keeps the password out of the address", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(`${request.method()} ${request.url()}`));
  await page.goto("/login");
  await page.locator("[name=password]").evaluate((field: HTMLInputElement) => {
    field.value = "copper kettle";
    field.form?.submit();
  });
  await expect.poll(() => asked.filter((each) => each.startsWith("POST ")).length).toBe(1);
  expect(asked.filter((each) => each.includes("copper"))).toEqual([]);
  await context.close();
});

/** Forty looks at one page take five seconds, and a minute while other work holds the processors. */
const placeTimeoutMs = 180_000;
/** What shows no cluster as it is now: made-up words are for what stands still. */
const anywhere = { clusterId: "some-cluster", runId: "some-run", draftId: "some-draft" };
const ownPlaces = places.filter(({ path }) => !path(anywhere).includes(anywhere.clusterId));

for (const locale of [...locales, pseudoLocale] as const) {
  test.describe(locale, () => {
    const say = wordsOf(locale);
    let context: BrowserContext;
    let stranger: BrowserContext;

    test.beforeAll(async ({ browser }) => {
      context = await browser.newContext({ storageState: clusterRecord.session });
      stranger = await browser.newContext();
      for (const each of [context, stranger]) {
        if (locale === pseudoLocale) {
          await each.addCookies([{ name: "trivet-locale", value: locale, url: urlOf("main") }]);
          continue;
        }
        const page = await each.newPage();
        await page.goto("/login");
        await chooseLanguage(page, locale);
        await page.close();
      }
    });
    test.afterAll(async () => {
      await context.close();
      await stranger.close();
    });

    for (const place of locale === pseudoLocale ? ownPlaces : places) {
      test(place.name, async () => {
        test.setTimeout(placeTimeoutMs);
        const page = await (place.signedOut ? stranger : context).newPage();
        const complaints: string[] = [];
        page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(error.message));
        await page.setViewportSize(sizes[0]);
        await page.emulateMedia({ colorScheme: "light" });
        await page.goto(place.path(readClusterRecord()));
        await expect(page.getByText(place.ready(say)).locator("visible=true").first()).toBeVisible();
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);

        await expectNoKeys(page);
        // Made-up words: what they are for is whether they fit.
        if (locale === pseudoLocale) await expectToFit(page, "light");
        else await look(page, place, locale, say);
        // The browser itself reports the status of the page that is not there.
        const own = complaints.filter((text) => !(place.name === "no such page" && text.includes("404")));
        expect(own, "the console").toEqual([]);
        await page.close();
      });
    }
  });
}
