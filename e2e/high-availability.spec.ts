// HA as a person sees it: a drill from the browser, then the owner's power cut while its page is open.
import { expect, type Page, test } from "@playwright/test";
import { haStatusSchema } from "@/contract/ha-status";
import { button, chooseLanguage, region } from "@/e2e/browser";
import { clusterRecord, readClusterRecord } from "@/e2e/cluster-record";
import { shootAll } from "@/e2e/screenshots";
import { type Locale, wordsOf } from "@/e2e/words";
import * as lab from "@/lab/cluster";

const locale: Locale = process.env.TRIVET_BROWSER_LANGUAGE === "en" ? "en" : "zh-CN";
const say = wordsOf(locale);
/** A node whose readings are seconds old may hold the drill back for a moment. */
const guardsMs = 60_000;
/** Plan, watch, fault, recovery, clean-up; the recovery itself takes seconds. */
const drillMs = 120_000;
/** Detection, fence, start and the guest's boot under emulation. */
const failoverMs = 180_000;
/** A node's boot, its Ceph daemons and zshad. */
const backMs = 180_000;

test.describe.configure({ mode: "serial" });
test.use({ storageState: clusterRecord.session });

async function owner(asked: string): Promise<{ node: string; epoch: number }> {
  const { stdout } = await lab.exec(asked, ["zsha", "status", "--json"]);
  const { managementVm } = haStatusSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
  return { node: managementVm.node ?? "", epoch: managementVm.epoch ?? 0 };
}

const ownerShown = (page: Page) =>
  region(page, say("ha.now.title")).locator(`dt:text-is("${say("ha.now.owner")}") + dd`);

test("a drill is chosen, understood, confirmed by the node's name, and judged", async ({ page }) => {
  test.setTimeout(guardsMs + drillMs + 60_000);
  const { clusterId } = readClusterRecord();
  const before = await owner("ceph-1");
  await page.goto(`/clusters/${clusterId}/ha`);
  await chooseLanguage(page, locale);
  await page
    .getByRole("main")
    .getByRole("link", { name: say("ha.drills"), exact: true })
    .click();
  const fault = say("drill.fault.daemon-crash.title");
  await page.getByRole("radio", { name: new RegExp(`^${fault}`) }).click();
  const run = button(page, say("drill.run"));
  await expect(run).toBeEnabled({ timeout: guardsMs });
  await run.click();
  const dialog = page.getByRole("alertdialog").or(page.getByRole("dialog"));
  await expect(button(dialog, say("drill.run"))).toBeDisabled();
  await dialog.getByRole("textbox").fill(before.node);
  await button(dialog, say("drill.run")).click();
  await page.waitForURL("**/runs/*");
  const runId = new URL(page.url()).pathname.split("/").at(-1);

  await page.goto(`/clusters/${clusterId}/ha/drills`);
  const rows = page.getByRole("group", { name: say("drill.history.title") }).getByRole("row");
  const row = rows.filter({ has: page.locator(`a[href$="${runId}"]`) });
  await expect(row).toContainText(fault);
  const verdicts = ["as-promised", "slower"].map((verdict) => say(`drill.history.verdicts.${verdict}`));
  await expect(row).toContainText(new RegExp(verdicts.join("|")), { timeout: drillMs });
  expect(await owner("ceph-1"), "the guest ran on").toEqual(before);
  await shootAll(page, "drills", locale);
});

test("the owner loses power: the page says what is lost, who took over, and how long each phase took", async ({
  page,
}) => {
  test.setTimeout(failoverMs + backMs + 60_000);
  const { clusterId } = readClusterRecord();
  const before = await owner("ceph-1");
  await page.goto(`/clusters/${clusterId}/ha`);
  await chooseLanguage(page, locale);
  await expect(ownerShown(page)).toContainText(before.node);
  const timeline = page.getByRole("list", { name: say("ha.history.bars") }).getByRole("listitem");
  const known = await timeline.count();
  await lab.powerOff(before.node);
  try {
    await expect(ownerShown(page)).not.toContainText(before.node, { timeout: failoverMs });
    await expect(ownerShown(page)).toContainText(/ceph-\d/, { timeout: failoverMs });
    const survivor = before.node === "ceph-1" ? "ceph-2" : "ceph-1";
    const after = await owner(survivor);
    await expect(ownerShown(page)).toContainText(after.node);
    expect(after.epoch).toBeGreaterThan(before.epoch);
    await expect(timeline).toHaveCount(known + 1, { timeout: failoverMs });
    const newest = timeline.first();
    await expect(newest).toContainText(say("ha.history.fromTo", { from: before.node, to: after.node }));
    await expect(newest).toContainText(say("ha.history.cause.node-lost"));
    const lost = region(page, say("ha.standby.title")).getByRole("row", { name: before.node });
    await expect(lost).not.toContainText(say("cluster.ha.running"));
    await shootAll(page, "failover", locale);
  } finally {
    await lab.powerOn(before.node);
  }
  const back = region(page, say("ha.standby.title")).getByRole("row", { name: before.node });
  await expect(back).toContainText(say("cluster.ha.running"), { timeout: backMs });
});
