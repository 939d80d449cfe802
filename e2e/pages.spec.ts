import { AxeBuilder } from "@axe-core/playwright";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { chooseLanguage } from "@/e2e/browser";
import { shoot } from "@/e2e/screenshots";
import { type ClusterRecord, clusterRecord, readClusterRecord } from "@/e2e/cluster-record";
import { areas, locales, type Say, wordsOf } from "@/e2e/words";
import { wizardPlaces } from "@/contract/deployment";

const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** What another theme can break. The rest of the page is the same. */
const colourRules = ["color-contrast", "link-in-text-block"];
/** Menus, the rail and the fields before the main action; a trap of the focus would go on for ever. */
const mostTabs = 120;

interface Place {
  name: string;
  path: (record: ClusterRecord) => string;
  /** What somebody came for; the last one shown counts. */
  main: (say: Say) => { role: "button" | "link" | "textbox"; name: string };
  /** Shown once everything has been read. */
  ready: (say: Say) => string;
  screenshot?: string;
  signedOut?: true;
}

const wizardMain = (place: string) => (say: Say) => {
  if (place === "review") return { role: "link", name: say("deployment.review.openRun") } as const;
  if (place === "done") return { role: "link", name: say("deployment.done.dashboard") } as const;
  return { role: "link", name: say("deployment.next") } as const;
};
const wizardReady: Partial<Record<string, string>> = {
  nodes: "deployment.nodes.facts",
  preflight: "deployment.preflight.passed",
  networks: "deployment.networks.check",
  review: "deployment.review.openRun",
};

const places: readonly Place[] = [
  {
    name: "login",
    path: () => "/login",
    main: (say) => ({ role: "button", name: say("auth.login.submit") }),
    ready: (say) => say("auth.username"),
    signedOut: true,
  },
  {
    name: "clusters",
    path: () => "/clusters",
    main: (say) => ({ role: "link", name: say("cluster.list.new") }),
    ready: (say) => say("cluster.list.nodesValue", { alive: 3, total: 3 }),
  },
  {
    name: "drafts",
    path: () => "/clusters/new",
    main: (say) => ({ role: "button", name: say("deployment.list.start") }),
    ready: (say) => say("deployment.list.begin"),
  },
  ...wizardPlaces.map(
    (place): Place => ({
      name: `wizard ${place}`,
      path: ({ draftId }) => `/clusters/new/${place}?draft=${draftId}`,
      main: wizardMain(place),
      ready: (say) => say(wizardReady[place] ?? `deployment.place.${place}.title`),
    }),
  ),
  {
    name: "dashboard",
    path: ({ clusterId }) => `/clusters/${clusterId}`,
    main: (say) => ({ role: "link", name: say("cluster.vm.open") }),
    ready: (say) => say("cluster.headline.all-good.title", { nodes: 3 }),
    screenshot: "dashboard",
  },
  {
    name: "events",
    path: ({ clusterId }) => `/clusters/${clusterId}/events`,
    main: (say) => ({ role: "link", name: say("events.toRun") }),
    ready: (say) => say("events.noOlder"),
    screenshot: "events",
  },
  {
    name: "charts",
    path: ({ clusterId }) => `/clusters/${clusterId}/history?range=1h`,
    main: (say) => ({ role: "link", name: say("history.events") }),
    ready: (say) => say("history.section.panel"),
    screenshot: "charts",
  },
  {
    name: "high availability",
    path: ({ clusterId }) => `/clusters/${clusterId}/ha`,
    main: (say) => ({ role: "link", name: say("ha.drills") }),
    ready: (say) => say("ha.history.asTable"),
    screenshot: "ha",
  },
  {
    name: "drills",
    path: ({ clusterId }) => `/clusters/${clusterId}/ha/drills?fault=qemu-crash`,
    main: (say) => ({ role: "button", name: say("drill.run") }),
    ready: (say) => say("run.step.ensure-drill-cleared"),
    screenshot: "drills",
  },
  {
    name: "networks",
    path: ({ clusterId }) => `/clusters/${clusterId}/networks`,
    main: (say) => ({ role: "button", name: say("network.measure") }),
    ready: (say) => say("network.topology.asTable"),
    screenshot: "networks",
  },
  {
    name: "network change",
    path: ({ clusterId }) => `/clusters/${clusterId}/networks/change`,
    main: (say) => ({ role: "button", name: say("network.change-page.preview") }),
    ready: (say) => say("deployment.networks.compare"),
    screenshot: "network-change",
  },
  {
    name: "maintenance",
    path: ({ clusterId }) => `/clusters/${clusterId}/maintenance`,
    main: (say) => ({ role: "link", name: say("maintenance.kind.cluster-down.choose") }),
    ready: (say) => say("maintenance.power.by"),
  },
  {
    name: "nodes",
    path: ({ clusterId }) => `/clusters/${clusterId}/nodes`,
    main: (say) => ({ role: "button", name: say("membership.add") }),
    ready: (say) => say("membership.members"),
  },
  {
    name: "recovery",
    path: ({ clusterId }) => `/clusters/${clusterId}/recovery`,
    main: (say) => ({ role: "link", name: say("recovery.maintenance") }),
    ready: (say) => say("recovery.nodes"),
  },
  {
    name: "suite",
    path: ({ clusterId }) => `/clusters/${clusterId}/suite`,
    main: (say) => ({ role: "link", name: say("lifecycle.kind.uninstall-suite.choose") }),
    ready: (say) => say("lifecycle.versions.installed"),
  },
  {
    name: "configuration",
    path: ({ clusterId }) => `/clusters/${clusterId}/config`,
    main: (say) => ({ role: "button", name: say("config.download") }),
    ready: (say) => say("config.fields"),
  },
  {
    name: "logs",
    path: ({ clusterId }) => `/clusters/${clusterId}/logs`,
    main: (say) => ({ role: "button", name: say("logs.search") }),
    ready: (say) => say("logs.folder.forecastMeans"),
    screenshot: "logs",
  },
  {
    name: "support bundle",
    path: ({ clusterId }) => `/clusters/${clusterId}/logs/bundle`,
    main: (say) => ({ role: "button", name: say("bundle.make") }),
    ready: (say) => say("bundle.inside"),
  },
  {
    name: "runs",
    path: () => "/runs",
    main: (say) => ({ role: "link", name: say("shell.runKind.deploy-cluster") }),
    ready: (say) => say("shell.runState.succeeded"),
  },
  {
    name: "run",
    path: ({ runId }) => `/runs/${runId}`,
    main: (say) => ({ role: "button", name: say("run.report") }),
    ready: (say) => say("run.standing.succeeded.title"),
    screenshot: "run",
  },
  {
    name: "audit",
    path: () => "/audit",
    main: (say) => ({ role: "link", name: say("shell.nav.audit") }),
    ready: (say) => say("settings.audit.title"),
  },
  {
    name: "notifications",
    path: () => "/settings/notifications",
    main: (say) => ({ role: "button", name: say("notifications.add") }),
    ready: (say) => say("notifications.none"),
  },
  {
    name: "settings",
    path: () => "/settings",
    main: (say) => ({ role: "button", name: say("settings.people.add") }),
    ready: (say) => say("settings.people.title"),
  },
  {
    name: "no such page",
    path: () => "/nowhere",
    main: (say) => ({ role: "link", name: say("shell.notFound.back") }),
    ready: (say) => say("shell.notFound.title"),
  },
];

for (const locale of locales) {
  test.describe(locale, () => {
    const say = wordsOf(locale);
    let context: BrowserContext;
    let stranger: BrowserContext;

    test.beforeAll(async ({ browser }) => {
      context = await browser.newContext({ storageState: clusterRecord.session });
      stranger = await browser.newContext();
      for (const each of [context, stranger]) {
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

    for (const place of places) {
      test(place.name, async () => {
        const page = await (place.signedOut ? stranger : context).newPage();
        const complaints: string[] = [];
        page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(error.message));
        await page.emulateMedia({ colorScheme: "light" });
        await page.goto(place.path(readClusterRecord()));
        await expect(page.getByText(place.ready(say)).locator("visible=true").first()).toBeVisible();
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);

        await expectNoKeys(page);
        await expectAxeFindsNothing(page, null);
        if (place.screenshot !== undefined) await shoot(page, place.screenshot, locale, "light");
        await page.emulateMedia({ colorScheme: "dark" });
        await expect(page.locator("html")).toHaveClass(/dark/);
        await expectAxeFindsNothing(page, colourRules);
        if (place.screenshot !== undefined) await shoot(page, place.screenshot, locale, "dark");
        await tabTo(page, place.main(say));
        // The browser itself reports the status of the page that is not there.
        const own = complaints.filter((text) => !(place.name === "no such page" && text.includes("404")));
        expect(own, "the console").toEqual([]);
        await page.close();
      });
    }
  });
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
  expect(found, "axe").toEqual([]);
}

async function takesFocus(page: Page, selector: string): Promise<boolean> {
  const element = page.locator(selector);
  await element.focus();
  const isFocused = await element.evaluate((found) => document.activeElement === found);
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  return isFocused;
}

/** A missing text is shown as its key: cluster.vm.title. */
async function expectNoKeys(page: Page): Promise<void> {
  const text = await page.locator("body").innerText();
  const key = new RegExp(`\\b(${areas.join("|")})(\\.[A-Za-z][\\w-]*){2,}`, "g");
  expect(text.match(key) ?? [], "texts that are keys").toEqual([]);
}

/** With nothing but the Tab key, from the top of the page. */
async function tabTo(page: Page, action: ReturnType<Place["main"]>): Promise<void> {
  const wanted = page.getByRole(action.role, { name: action.name }).last();
  await expect(wanted).toBeVisible();
  for (let tabs = 0; tabs < mostTabs; tabs += 1) {
    await page.keyboard.press("Tab");
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${mostTabs} tabs do not reach ${action.role} "${action.name}"`);
}
