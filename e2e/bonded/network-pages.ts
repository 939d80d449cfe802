// What an operator does on the pages of networks.
import { expect, type Locator } from "@playwright/test";
import type { NetworkId } from "@/contract/network-plan";
import { button, region, setText } from "@/e2e/browser";
import { eventsOf } from "@/e2e/journal";
import { type Operator, order, standing } from "@/e2e/operator";
import { bondedNodes, missingOn } from "@/testing/bonded/bonded-cluster";

/** Facts, previews and tests of emulated nodes: 15 s on a quiet machine, a minute beside other work. */
export const answerMs = 120_000;
/** A change of all networks: half a minute on a quiet machine, five times that beside other work. */
export const changeMs = 300_000;

/** By the kernels of all nodes. */
export async function expectManualNetworks(timeout: number): Promise<void> {
  const missing = async () => (await Promise.all(bondedNodes.map((node) => missingOn(node)))).flat();
  await expect.poll(missing, { timeout, intervals: [2_000] }).toEqual([]);
}

export const networkRegion = ({ page, say }: Operator, id: NetworkId): Locator =>
  region(page, say(`deployment.networks.name.${id}`));

export const field = (who: Operator, id: NetworkId, name: string): Locator =>
  networkRegion(who, id).getByLabel(who.say(`deployment.networks.${name}`));

export function addressField(who: Operator, id: NetworkId, node: string): Locator {
  const network = who.say(`deployment.networks.name.${id}`);
  return networkRegion(who, id).getByLabel(who.say("deployment.networks.addressOf", { node, network }));
}

/** These NICs and no other, in this order. */
export async function pickNics(who: Operator, id: NetworkId, node: string, nics: readonly string[]): Promise<void> {
  const network = who.say(`deployment.networks.name.${id}`);
  const group = networkRegion(who, id).getByRole("group", {
    name: who.say("deployment.networks.nicsOf", { node, network }),
  });
  for (const box of await group.getByRole("checkbox").all()) await box.uncheck();
  for (const nic of nics) await group.getByRole("checkbox", { name: nic, exact: true }).check();
}

/** Edits, looks at what would be done on each node, applies. Ends on the run's page. */
export async function applyChange(
  who: Operator,
  { clusterId, clusterName }: { clusterId: string; clusterName: string },
  rollbackSeconds: number,
  edit: () => Promise<void>,
): Promise<string> {
  const { page, say } = who;
  await page.goto(`/clusters/${clusterId}/networks/change`);
  await expect(button(page, say("network.change-page.preview"))).toBeEnabled({ timeout: answerMs });
  await edit();
  const preview = button(page, say("network.change-page.preview"));
  const plan = region(page, say("network.change-page.plan"));
  // A handshake of a busy emulated node may run into its limit: then the page says so, and a person asks again.
  await expect(async () => {
    await preview.click();
    await expect(plan.or(page.getByText(say("network.change-page.previewFailed")))).toBeVisible({ timeout: answerMs });
    await expect(plan).toBeVisible({ timeout: 1 });
  }).toPass({ timeout: answerMs * 2 });
  for (const node of bondedNodes) await expect(plan).toContainText(node);
  await expect(plan.getByText(say("network.change-page.same"), { exact: true })).toHaveCount(0);
  await page.getByLabel(say("network.change-page.rollback")).selectOption(String(rollbackSeconds));
  return await order(who, say("network.change-page.apply"), clusterName);
}

/** What the run sent to the nodes so far, as its journal on the disk has it. */
export const sentIn = (runId: string): string =>
  eventsOf(runId)
    .flatMap((event) => (event.kind === "step-command" ? [`${event.node}: ${event.text}`] : []))
    .join("\n");

export const networksCell = ({ page }: Operator): Locator => page.locator('[data-place="ensure-networks/cluster"]');

/** A run that waits for somebody is ended, and what it did stays. */
export async function closeRun(who: Operator): Promise<void> {
  const { page, say } = who;
  await expect(standing(who, "step-failed")).toBeVisible({ timeout: changeMs });
  await button(page, say("run.action.close")).click();
  await button(page.getByRole("dialog"), say("run.action.close")).click();
  await expect(standing(who, "cancelled")).toBeVisible();
}

/** Tests all paths and reads what was found; counts hang on chance. */
async function findings({ page, say }: Operator): Promise<string[]> {
  const measure = button(page, say("network.measure"));
  await measure.click();
  await expect(button(page, say("network.measuring"))).toBeVisible();
  await expect(measure).toBeEnabled({ timeout: answerMs });
  const list = region(page, say("network.check.title")).getByRole("listitem");
  const texts = await list.allInnerTexts();
  return texts.map((text) => text.replace(/\d+ of \d+/, "N of M"));
}

/** Until these are found and nothing else: LACP needs up to 90 s to forget a partner, and fresh links need seconds. */
export async function expectFindings(who: Operator, sentences: readonly string[]): Promise<void> {
  const look = async (): Promise<string[]> => {
    const found = await findings(who);
    const missing = sentences.filter((sentence) => !found.some((text) => text.includes(sentence)));
    const others = found.filter((text) => !sentences.some((sentence) => text.includes(sentence)));
    return [...missing.map((sentence) => `not found: ${sentence}`), ...others];
  };
  await expect.poll(look, { timeout: changeMs, intervals: [1_000] }).toEqual([]);
  if (sentences.length > 0) return;
  const check = region(who.page, who.say("network.check.title"));
  await expect(check).toContainText(who.say("network.check.clean"));
}

/** A cable in the picture, with what is said of it. */
export const cable = ({ page, say }: Operator, node: string, nic: string): Locator =>
  page.getByRole("link", { name: say("network.cable.sentence", { node, nic, said: "" }).trim() });

export async function setField(target: Locator, text: string): Promise<void> {
  await setText(target, text);
  await expect(target).toHaveValue(text);
}
