import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { clusterStatusFixture } from "@/components/cluster/fixtures/cluster-status-fixture";
import { factsFixture } from "@/components/cluster/fixtures/node-facts-fixture";
import { sampleConfig } from "@/contract/ha-config-sample";
import { clusterHeadline } from "@/contract/cluster-headline";
import type { ClusterStatus } from "@/contract/cluster-status";
import type { Plan, RunEvent } from "@/contract/run";
import type { StatusMessage } from "@/contract/status-message";
import { account } from "@/e2e/browser";
import { portOf } from "@/e2e/panel";
import { FrontDoor } from "@/e2e/states/front-door";
import { viewer } from "@/e2e/states/global-setup";
import { wordsOf } from "@/e2e/words";
import { changeBetween } from "@/lib/change";

const say = wordsOf("en");
const doorPort = 3303;
const door = new FrontDoor(portOf("states"));
const origin = `http://127.0.0.1:${doorPort}`;
/** A question that nobody answers is asked three times, a second and two apart. */
const settledMs = 20_000;
/** The frame looks each ten seconds whether the panel is there, and says so two seconds after. */
const lossToldMs = 20_000;
/** A browser left to itself waits three seconds; the promise is one, printed below, and beside other work this much. */
const cameBackMs = 2_500;

let operator: BrowserContext;
let onlooker: BrowserContext;

test.beforeAll(async ({ browser }) => {
  await door.listen(doorPort);
  const signedIn = async ({ username, password }: { username: string; password: string }) => {
    const context = await browser.newContext({ baseURL: origin });
    const page = await context.newPage();
    await page.goto("/login");
    await page.getByLabel(say("auth.username")).fill(username);
    await page.getByLabel(say("auth.password"), { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/clusters");
    await page.close();
    return context;
  };
  operator = await signedIn(account);
  onlooker = await signedIn(viewer);
});
test.afterAll(async () => {
  await operator.close();
  await onlooker.close();
  await door.close();
});
test.beforeEach(() => door.reset());

const streams = ["cluster.status", "logs.follow", "run.events"] as const;
const silentStreams = () => {
  for (const name of streams) door.streams.set(name, () => []);
};

/** Every page with data of its own; the wizard's places stand for each other. */
const pages = {
  clusters: "/clusters",
  drafts: "/clusters/new",
  wizard: "/clusters/new/nodes?draft=d1",
  dashboard: "/clusters/c1",
  events: "/clusters/c1/events",
  ha: "/clusters/c1/ha",
  drills: "/clusters/c1/ha/drills",
  networks: "/clusters/c1/networks",
  "network change": "/clusters/c1/networks/change",
  maintenance: "/clusters/c1/maintenance",
  recovery: "/clusters/c1/recovery",
  suite: "/clusters/c1/suite",
  configuration: "/clusters/c1/config",
  logs: "/clusters/c1/logs",
  "support bundle": "/clusters/c1/logs/bundle",
  runs: "/runs",
  run: "/runs/r1",
  procedure: "/procedures/node-down",
  audit: "/audit",
  settings: "/settings",
} as const;

const main = (page: Page) => page.locator("main");

for (const [name, path] of Object.entries(pages)) {
  test(`${name}: loading is shown as such, an error in words, no answer by a banner that goes away again`, async () => {
    silentStreams();
    door.answers.set("*", { kind: "pending" });
    const page = await operator.newPage();
    await page.goto(path);
    await expect(main(page).locator("[aria-busy=true], .animate-breathe").first(), "loading").toBeAttached();
    await expect(
      main(page).getByRole("heading", { level: 1 }).or(main(page).locator("[aria-label]")).first(),
    ).toBeAttached();

    door.answers.set("*", { kind: "refused", code: "internal" });
    await page.reload();
    await expect(main(page).getByText("scripted: internal").first(), "error").toBeVisible({ timeout: settledMs });

    door.goAway();
    const lost = page.getByText(/^No connection to the panel for /).first();
    await expect(lost, "disconnected").toBeVisible({ timeout: lossToldMs });
    door.isAway = false;
    await expect(lost, "connected again").toBeHidden({ timeout: lossToldMs });
    await page.close();
  });
}

for (const path of [pages.dashboard, pages.configuration, pages.logs, pages.run] as const)
  test(`${path}: what does not exist is said to be so`, async () => {
    silentStreams();
    door.answers.set("*", { kind: "refused", code: "not-found" });
    const page = await operator.newPage();
    await page.goto(path);
    const said = main(page)
      .getByText("scripted: not-found")
      .or(main(page).getByText(say("cluster.dashboard.notFound")));
    await expect(said.first()).toBeVisible({ timeout: settledMs });
    await page.close();
  });

test("empty lists say what would stand in them", async () => {
  for (const procedure of ["cluster.list", "run.list", "run.active", "deployment.list"])
    door.answers.set(procedure, { kind: "data", value: [] });
  const page = await operator.newPage();
  await page.goto(pages.clusters);
  await expect(page.getByText(say("cluster.list.emptyTitle"))).toBeVisible();
  await page.goto(pages.runs);
  await expect(page.getByText(say("run.list.none"))).toBeVisible();
  await page.close();
});

const plan: Plan = {
  kind: "update-config",
  clusterId: "c1",
  codeVersion: "0.1.0",
  factsDigest: "f",
  steps: [
    {
      id: "ensure-config-imported",
      phase: "ha",
      cells: ["ceph-1"],
      after: [],
      commands: [],
      undo: { kind: "commands", commands: [] },
      pointOfNoReturn: false,
      softTimeoutSeconds: 20,
      timeoutSeconds: 180,
    },
  ],
};
const cell = { step: "ensure-config-imported", cell: "ceph-1", attempt: 1 };
const events: readonly RunEvent[] = (
  [
    { kind: "run-created", actor: "ann" },
    { kind: "run-state", state: "running", because: null },
    { kind: "step-checking", ...cell },
    { kind: "step-started", ...cell, commands: [] },
    { kind: "step-succeeded", ...cell, observed: "written", notNeeded: false },
    { kind: "run-state", state: "succeeded", because: null },
  ] satisfies RunEvent["body"][]
).map((body, at) => ({ runId: "r1", seq: at + 1, at: new Date(Date.now() - 60_000 + at * 1000).toISOString(), body }));

function scriptRun(upTo: () => number): void {
  const run = {
    id: "r1",
    clusterId: "c1",
    clusterName: "plant",
    kind: "update-config",
    state: "running",
    actor: "ann",
  };
  const dates = { createdAt: new Date(), finishedAt: null };
  door.answers.set("run.get", { kind: "data", value: { ...run, ...dates, plan, lastSeq: 0 } });
  door.answers.set("run.history", { kind: "data", value: { runs: 0, medianSeconds: null, stepSeconds: {} } });
  door.answers.set("*", { kind: "data", value: [] });
  door.streams.set("run.events", (lastId) => {
    const batch = events.filter(({ seq }) => seq > Number(lastId ?? 0) && seq <= upTo());
    const last = batch.at(-1);
    return last === undefined ? [] : [{ id: String(last.seq), data: batch }];
  });
}

test("a run's stream that breaks off comes back within a second and catches up from the last number", async () => {
  let upTo = 4;
  scriptRun(() => upTo);
  const page = await operator.newPage();
  await page.goto(pages.run);
  await expect(page.getByRole("grid").getByText(say("run.cellState.running"))).toBeVisible();
  upTo = 6;
  const before = door.opened.length;
  const cutAt = door.cutStreams();
  await expect.poll(() => door.opened.length, { intervals: [20] }).toBeGreaterThan(before);
  const again = door.opened[before];
  await expect(page.getByText(say("run.standing.succeeded.title"))).toBeVisible();
  const tookMs = (again?.atMs ?? Number.POSITIVE_INFINITY) - cutAt;
  test.info().annotations.push({ type: "came back after", description: `${Math.round(tookMs)} ms` });
  console.log(`the stream came back after ${Math.round(tookMs)} ms, from number ${again?.lastId ?? "none"}`);
  expect(again?.lastId).toBe("4");
  expect(tookMs).toBeLessThan(cameBackMs);
  await page.close();
});

test("who does not hold a run may take it over; who may only look, may not", async () => {
  scriptRun(() => 4);
  const page = await operator.newPage();
  await page.goto(pages.run);
  await expect(page.getByText(say("run.head.held", { holder: "ann" }))).toBeVisible();
  const pause = page.getByRole("button", { name: say("run.action.pause"), exact: true });
  await expect(pause).toHaveAttribute("aria-disabled", "true");
  await expect(pause).toHaveAccessibleDescription(say("run.refusal.held-by-other", { holder: "ann", step: "" }));
  await page.getByRole("button", { name: say("run.action.take"), exact: true }).click();
  await expect(page.getByText(say("run.action.takeTitle", { holder: "ann" }))).toBeVisible();
  await page.close();
  const other = await onlooker.newPage();
  await other.goto(pages.run);
  const take = other.getByRole("button", { name: say("run.action.take"), exact: true });
  await expect(take).toHaveAccessibleDescription(say("run.action.needsOperator"));
  await other.close();
});

function scriptCluster(at: string): void {
  const status = clusterStatusFixture(at);
  const nodes = status.nodes.map(({ name, address }) => ({ name, address, port: 22, user: "root" }));
  const cluster = { id: "c1", name: status.name, state: "managed", createdAt: at, nodes };
  door.answers.set("cluster.get", { kind: "data", value: { ...cluster, status, headline: clusterHeadline(status) } });
  door.answers.set("cluster.list", { kind: "data", value: [] });
  door.answers.set("run.active", { kind: "data", value: [] });
  const facts = factsFixture(at)["ceph-1"];
  door.answers.set("node.facts", { kind: "data", value: facts?.state === "known" ? facts.value : null });
  door.answers.set("*", { kind: "refused", code: "internal" });
  door.streams.set("cluster.status", () => [{ id: "1", data: { whole: status } }]);
}

test("what nobody has confirmed for a while is unknown on the dashboard, never the last good", async () => {
  scriptCluster(new Date(Date.now() - 600_000).toISOString());
  const page = await operator.newPage();
  // The panel's own clock is what ages are counted by: this status was sent now and read ten minutes ago.
  const old = clusterStatusFixture(new Date(Date.now() - 600_000).toISOString());
  door.streams.set("cluster.status", () => [{ id: "1", data: { whole: { ...old, at: new Date().toISOString() } } }]);
  await page.goto(pages.dashboard);
  await expect(page.locator("#node-ceph-1")).toContainText(say("cluster.nodeState.unknown"));
  await expect(main(page).getByText(say("cluster.headline.all-good.title", { nodes: 3, spare: 1 }))).toHaveCount(0);
  await page.close();
});

test("what is confirmed and has not changed is not drawn anew, of a change only what it concerns", async () => {
  // Time stands still in the page: however long all this takes, no age changes.
  const beganMs = Date.now();
  const atRevision = (revision: number) =>
    clusterStatusFixture(new Date(beganMs + revision * 1000).toISOString(), { revision });
  let status = atRevision(1);
  scriptCluster(status.at);
  door.streams.set("cluster.status", () => [{ id: "1", data: { whole: status } }]);
  const page = await operator.newPage();
  await page.clock.setFixedTime(beganMs);
  await page.goto(pages.dashboard);
  const card = page.locator("#node-ceph-1");
  await expect(page.locator("#node-ceph-3")).toContainText(say("cluster.nodeState.alive"));
  // The cards of other questions have come to rest.
  await expect(page.getByText("scripted: internal").first()).toBeVisible({ timeout: settledMs });
  const tell = (change: (next: ClusterStatus) => void) => {
    const next = atRevision(status.revision + 1);
    change(next);
    const message: StatusMessage = { from: status.revision, change: changeBetween(status, next) ?? { in: {} } };
    door.send("cluster.status", { id: String(next.revision), data: message });
    status = next;
  };
  await page.evaluate(watchDrawing);
  const drawn = () => page.evaluate(() => Reflect.get(window, "drawn") as string[]);
  for (let confirmation = 0; confirmation < 3; confirmation += 1) tell(() => undefined);
  tell(({ nodes: [node] }) => void Object.assign(node ?? {}, { address: "192.0.2.9" }));
  await expect(card).toContainText("192.0.2.9");
  expect(new Set(await drawn())).toEqual(new Set(["node-ceph-1"]));
  await page.close();
});

/** Runs in the page: notes the card of every text and element of the nodes' cards that comes, goes or changes. */
function watchDrawing(): void {
  const drawn: string[] = [];
  Object.assign(window, { drawn });
  for (const card of document.querySelectorAll("[id^=node-]"))
    new MutationObserver((changes) => void drawn.push(...changes.map(() => card.id))).observe(card, {
      subtree: true,
      childList: true,
      characterData: true,
    });
}

test("a browser whose clock differs from the panel's is told", async () => {
  scriptCluster(new Date().toISOString());
  door.clockOffsetMs = 600_000;
  const page = await operator.newPage();
  await page.goto(pages.dashboard);
  await expect(page.getByText(/clock is (9|10) min \d+ s behind the panel/)).toBeVisible();
  await page.close();
});

test("a configuration: empty, with a history, and one side held still while the other cannot be read", async () => {
  const at = new Date().toISOString();
  scriptCluster(at);
  const text = `${JSON.stringify(sampleConfig("CephConf"), null, 2)}\n`;
  door.answers.set("cluster.config", { kind: "data", value: null });
  door.answers.set("lifecycle.configHistory", {
    kind: "data",
    value: { entries: [], current: null, nodesSilent: true },
  });
  const page = await operator.newPage();
  await page.goto(pages.configuration);
  await expect(page.getByText(say("config.absentTitle"))).toBeVisible();
  await expect(page.getByText(say("config.history.nodesSilent"))).toBeVisible();

  const entry = { version: 9, at, source: "outside", actor: null, runId: null, reason: "", text };
  const former = { ...entry, version: 4, source: "panel", actor: "ann", runId: "r1", reason: "more hosts" };
  const small = text.replace('"CPU": 4', '"CPU": 6');
  const entries = [entry, { ...former, text: small }];
  door.answers.set("cluster.config", { kind: "data", value: { config: sampleConfig("CephConf"), version: 9 } });
  door.answers.set("lifecycle.configHistory", { kind: "data", value: { entries, current: 9, nodesSilent: false } });
  await page.reload();
  await expect(page.getByText(say("config.history.source.outside"))).toBeVisible();
  await expect(page.getByText("more hosts")).toBeVisible();
  await page.getByRole("button", { name: say("config.history.compareVersion", { version: 4 }) }).click();
  await page.getByRole("button", { name: say("config.history.restore") }).click();
  const file = page.getByLabel(say("config.edit.text"));
  await expect(file).toHaveValue(small);
  await expect(page.getByLabel(say("config.edit.reason"))).toHaveValue(say("config.history.restores", { version: 4 }));
  const cpu = page.getByRole("textbox", { name: say("config.field.CPU.title") });
  await cpu.fill("8");
  await expect(file).toHaveValue(/"CPU": 8,/);
  await file.fill(small.replace('"CPU": 6,', '"CPU": 6'));
  await expect(page.getByText(/^Line \d+, column \d+: /)).toBeVisible();
  await expect(cpu).toBeDisabled();
  await page.close();
});
