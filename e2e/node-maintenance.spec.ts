// Maintenance of one node as operators work with it: by keyboard, by buttons, in two languages, with tabs that close, a second operator,
// and another node that dies in the middle. One story on one deployed cluster; each test stands on the one before.
import { writeFileSync } from "node:fs";
import { expect, type Locator, test } from "@playwright/test";
import { isStopped } from "@/contract/run-progress";
import { sentenceText } from "@/contract/sentence";
import { account, button } from "@/e2e/browser";
import { pressOn, typeInto } from "@/e2e/by-keyboard";
import { clusterRecord, type ClusterRecord, procedureCluster } from "@/e2e/cluster-record";
import { eventsOf } from "@/e2e/journal";
import {
  ask,
  choose,
  ends,
  endsOnceResumed,
  inLanguage,
  type Operator,
  operator,
  order,
  pressAtOnce,
  pressMs,
  reopen,
  runIdOf,
  standing,
} from "@/e2e/operator";
import { panelUrl } from "@/e2e/panel";
import * as lab from "@/lab/cluster";
import { fillDraft, followRun, furnishPlatform, prepareNodes, startDeployment } from "@/scripts/lab-deployment";
import { type PanelClient, panelClient } from "@/scripts/panel-client";
import { onNode } from "@/testing/deployed-lab";
import {
  bystanders,
  guardsMs,
  guestAnswers,
  isOff,
  nodes,
  nothingLeft,
  ownerNow,
  runMs,
  stateOf,
  status,
} from "@/testing/maintained-lab";

const second = { username: "wang", password: "nine geese copper kettle" } as const;
/** Three to five minutes beside other work. */
const deployedMs = 900_000;

test.describe.configure({ mode: "serial" });

let client: PanelClient;
let clusterId = "";
/** Of the first operator; changes language from test to test. */
let first: Operator;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(deployedMs);
  client = panelClient(panelUrl);
  await client.auth.setup.mutate({ ...account });
  await client.auth.addPerson.mutate({ ...second, role: "operator" });
  const machines = await lab.status();
  const draftId = await prepareNodes(client, machines, procedureCluster);
  await fillDraft(client, machines, draftId);
  const ids = await startDeployment(client, draftId);
  const run = await followRun(client, ids, () => undefined);
  expect(run.state, run.because.join("; ")).toBe("succeeded");
  ({ clusterId } = ids);
  const record: ClusterRecord = { ...ids, draftId };
  writeFileSync(clusterRecord.file, JSON.stringify(record));
  await guestAnswers();
  await furnishPlatform(machines);
  first = await operator(browser, "en");
});

const recordStep = "ensure-maintenance-record";
const maintenance = (): string => `/clusters/${clusterId}/maintenance`;
/** Of each node's card: may it lose power now? */
const light = ({ page, say }: Operator, word: "safe" | "unsafe"): Locator =>
  page.getByRole("main").getByText(say(`cluster.powerOff.${word}`), { exact: true });

test("begun by mistake: paused, taken back, by keyboard alone, and nothing is left of it", async () => {
  test.setTimeout(runMs);
  const { page, say } = first;
  const press = (target: Locator) => pressOn(page, target);
  const [node] = await bystanders();
  await page.goto(maintenance());
  const chooseNode = say("maintenance.kind.node-down.chooseNode", { node });
  await press(page.getByRole("main").getByRole("link", { name: chooseNode, exact: true }));
  const start = say("maintenance.kind.node-down.start");
  await expect(button(page, start)).toBeEnabled({ timeout: guardsMs });
  await press(button(page, start));
  const dialog = page.getByRole("dialog");
  await typeInto(page, dialog.getByRole("textbox"), node);
  // As `press` of the others: what was read a moment ago may be refused.
  await expect(async () => {
    await press(button(dialog, start));
    await page.waitForURL(/\/runs\//, { timeout: pressMs });
  }).toPass({ timeout: guardsMs });
  const written = page.locator(`[data-place="${recordStep}/${node}"]`);
  await expect(written).toContainText(say("run.cellState.observed-succeeded"), { timeout: guardsMs });
  await press(button(page, say("run.action.pause")));
  await expect(standing(first, "paused")).toBeVisible({ timeout: guardsMs });
  await press(button(page, say("run.action.undo")));
  await press(button(dialog, say("run.action.undo")));
  await expect(standing(first, "undone")).toBeVisible({ timeout: runMs });
  await nothingLeft();
});

/** The maintenance that the next three tests go through, and the node that dies in its middle. */
const down = { node: "", dying: "", runId: "" };
let colleague: Operator;

test("two operators press at once: one run, and the other is told which; the tab is closed, the run is not", async ({
  browser,
}) => {
  test.setTimeout(runMs);
  first = await inLanguage(first, "zh-CN");
  const other = await operator(browser, "en", panelUrl, second);
  // With the management VM on it: that is migrated away first.
  const node = await ownerNow();
  const both = [first, other] as const;
  const buttons: Locator[] = [];
  for (const who of both) {
    await who.page.goto(maintenance());
    // The light of each machine: nobody pulls the plug of the one that runs the management VM.
    await expect(light(who, "safe")).toHaveCount(nodes.length - 1, { timeout: guardsMs });
    await expect(light(who, "unsafe")).toHaveCount(1);
    await choose(who, who.say("maintenance.kind.node-down.chooseNode", { node }));
    buttons.push(await ask(who, who.say("maintenance.kind.node-down.start"), node));
  }
  const [winner, loser] = await pressAtOnce(both, buttons);
  const runId = runIdOf(winner.page);

  // Now and not in the next test: once the node itself is on its way down, a second death would be the end of every majority.
  const { steps } = (await client.run.get.query({ runId })).plan;
  const migration = steps.find(({ id }) => id === "ensure-vm-elsewhere")?.commands[0]?.text ?? "";
  expect(migration).toContain("zsha migrate");
  const dying = nodes.find((name) => name !== node && !migration.includes(name)) ?? "";
  const begins = () => eventsOf(runId).some((one) => one.kind === "step-started" && one.step === recordStep);
  await expect.poll(begins, { timeout: guardsMs, intervals: [20] }).toBe(true);
  await lab.powerOff(dying);

  await expect(loser.page.getByRole("dialog")).toContainText(runId, { timeout: guardsMs });
  const context = winner.page.context();
  await winner.page.close();
  first = { ...winner, page: await context.newPage() };
  await reopen(first.page, first);
  expect(runIdOf(first.page)).toBe(runId);
  colleague = loser;
  Object.assign(down, { node, dying, runId });
});

test("a node dies in the middle: what broke is told, the run stands still and nothing is switched off, Resume ends it", async () => {
  test.setTimeout(runMs * 2);
  const { node, dying, runId } = down;
  const { page, say } = colleague;
  await page.goto(`/clusters/${clusterId}/recovery`);
  const main = page.getByRole("main");
  await expect(main.getByText(say("recovery.situation.silent.title", { nodes: dying }))).toBeVisible({
    timeout: guardsMs,
  });
  await expect(main).toContainText(say("recovery.guide", { section: say("recovery.section.D1") }));
  await page.goto(maintenance());
  await expect.poll(() => light(colleague, "unsafe").count(), { timeout: guardsMs }).toBeGreaterThanOrEqual(2);
  await expect(light(colleague, "safe")).toHaveCount(0);

  await expect(standing(first, "step-failed")).toBeVisible({ timeout: runMs });
  const stopped = Object.entries((await client.run.progress.query({ runId })).cells).filter(([, cell]) =>
    isStopped(cell),
  );
  const why = stopped.map(([key, { error, reason }]) => `${key}: ${error?.detail ?? sentenceText(reason ?? "")}`);
  console.log(`stood still at ${why.join("; ")}`);
  expect(stopped).not.toEqual([]);
  for (const [key, { state }] of stopped)
    await expect(first.page.locator(`[data-place="${key}"]`)).toContainText(first.say(`run.cellState.${state}`));
  expect(await stateOf(node), "with two of three gone nothing would serve").not.toBe("off");

  await lab.powerOn(dying);
  await page.goto(`/clusters/${clusterId}/recovery`);
  await expect(main.getByText(say("recovery.situation.whole.title"))).toBeVisible({ timeout: runMs });
  await endsOnceResumed(first, "step-failed");
  await isOff(node);
  const seen = await status(dying);
  expect(seen.managementVm).toMatchObject({ state: "running" });
  expect(seen.managementVm.node, "migrated before its node went down").not.toBe(node);
});

test("an open maintenance holds a second one back, and is ended from everybody's dashboard", async () => {
  test.setTimeout(runMs);
  const { node, dying } = down;
  const { page, say } = colleague;
  const dump = await onNode(dying, ["ceph", "osd", "dump", "--format", "json"]);
  expect(dump.stdout).toContain(`"crush_node_flags":{"${node}":["noout"]}`);
  const held = async () => {
    const { guards } = await client.maintenance.plan.query({ clusterId, kind: "node-down", subject: dying });
    return guards.filter(({ state }) => state === "fails").map(({ code }) => code);
  };
  const reasons = ["consul-majority", "nodes-healthy", "no-other-maintenance"];
  await expect.poll(held, { timeout: guardsMs }).toEqual(expect.arrayContaining(reasons));

  await page.goto(`/clusters/${clusterId}`);
  await choose(colleague, say("maintenance.leftOn.endMaintenance"));
  await order(colleague, say("maintenance.kind.node-up.start"));
  await expect(page.getByText(say("sentences.waiting-for-button", { node })).first()).toBeVisible({
    timeout: guardsMs,
  });
  await lab.powerOn(node);
  await ends(colleague);
  await nothingLeft();
});
