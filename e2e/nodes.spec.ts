// Who belongs to a cluster, changed by an operator in a browser on real machines: a dead node replaced, two added, and two removed by a
// panel that began with an empty database. On the cluster that the maintenance of its nodes leaves; what is seen is seen on the nodes.
import { writeFileSync } from "node:fs";
import { expect, type Locator, test } from "@playwright/test";
import { account, button, region } from "@/e2e/browser";
import { clusterRecord, procedureCluster, readClusterRecord } from "@/e2e/cluster-record";
import { admit, fill, showKey } from "@/e2e/machine-form";
import { ends, inLanguage, type Operator, operator, order } from "@/e2e/operator";
import { forgetData, panelUrl, startPanel, stopPanel } from "@/e2e/panel";
import { takeOver } from "@/e2e/take-over";
import * as lab from "@/lab/cluster";
import { panelClient } from "@/scripts/panel-client";
import { onNode } from "@/testing/deployed-lab";
import { bystanders, guardsMs, guestAnswers, nodes, nothingLeft, ownerNow, runMs } from "@/testing/maintained-lab";
import { until, type Witness } from "@/testing/maintenance-sights";
import { whole } from "@/testing/member-sights";

const spares = ["ceph-4", "ceph-5"] as const;
const five = [...nodes, ...spares];
/** A machine is set up beside a cluster that runs, fences wait for their proof, disks are filled; on a busy machine all takes longer. */
const changeMs = 1_200_000;
const testMs = changeMs + 600_000;

test.describe.configure({ mode: "serial" });

let first: Operator;
let membersPage = "";

test.beforeAll(async ({ browser }) => {
  membersPage = `/clusters/${readClusterRecord().clusterId}/nodes`;
  await lab.deliver(spares.length);
  first = await operator(browser, "en");
});

const addressOf = async (node: string): Promise<string> =>
  (await lab.status()).nodes.find(({ name }) => name === node)?.ip ?? "";
const placeOf = ({ page, say }: Operator, node: string): Locator =>
  region(page, say("membership.machine.title", { node }));
const guardsOf = ({ page, say }: Operator): Locator => page.getByRole("list", { name: say("membership.guards") });

async function replace(who: Operator, node: string): Promise<Locator> {
  await who.page.goto(membersPage);
  await button(who.page, who.say("membership.replaceNode", { node })).click({ timeout: guardsMs });
  return placeOf(who, node);
}

async function mark({ page, say }: Operator, leaving: readonly string[]): Promise<void> {
  await page.goto(membersPage);
  for (const node of leaving)
    await page.getByRole("checkbox", { name: say("membership.select", { node }) }).click({ timeout: guardsMs });
  await button(page, say("membership.remove", { nodes: leaving.join(", ") })).click();
}

/** On its boot, where it was, and writing. */
async function sameGuest(before: Witness): Promise<void> {
  const after = await guestAnswers();
  expect(after).toMatchObject({ boots: before.boots, node: before.node, errs: 0 });
  expect(after.acked).toBeGreaterThan(before.acked);
}

test("a node that lives is not replaced, and two of three are not removed: each is held back with its reason", async () => {
  test.setTimeout(testMs);
  const { page, say } = first;
  const [node] = await bystanders();
  const form = await replace(first, node);
  // Told before anybody fetches a machine for it.
  await expect(guardsOf(first)).toContainText(say("sentences.node-guard-node-alive", { node }), { timeout: guardsMs });
  await expect(guardsOf(first)).toContainText(say("sentences.machine-missing", { nodes: node }));
  await fill(first, form, { address: await addressOf(node) });
  await showKey(first, form);
  await expect(form).toContainText(say("membership.machine.heldBy", { nodes: node }));
  await expect(form.getByRole("checkbox", { name: say("membership.machine.accept") })).toHaveCount(0);
  // By a machine that would fit: what holds it back is the node itself.
  await fill(first, form, { address: await addressOf(spares[0]) });
  await admit(first, form, spares[0]);
  await expect(guardsOf(first)).toContainText(say("sentences.node-guard-node-alive", { node }), { timeout: guardsMs });
  await expect(button(page, say("membership.kind.replace-node.start"))).toBeDisabled();

  await mark(first, nodes.slice(1));
  await expect(guardsOf(first)).toContainText(say("sentences.guard-members-even", { count: 1 }), { timeout: guardsMs });
  await expect(button(page, say("membership.kind.remove-node.start"))).toBeDisabled();
});

test("a node dies for good and is replaced by a bare machine", async () => {
  test.setTimeout(testMs);
  first = await inLanguage(first, "zh-CN");
  const before = await guestAnswers();
  const [dead] = await bystanders();
  await lab.powerOff(dead);
  await lab.wipe(dead);
  await lab.powerOn(dead);
  const form = await replace(first, dead);
  await fill(first, form, { address: await addressOf(dead) });
  await admit(first, form, dead);
  await order(first, first.say("membership.kind.replace-node.start"), dead);
  await ends(first, changeMs);
  await whole(nodes);
  await sameGuest(before);
  await nothingLeft();
});

test("two machines become members", async () => {
  test.setTimeout(testMs);
  first = await inLanguage(first, "en");
  const { page, say } = first;
  const before = await guestAnswers();
  await page.goto(membersPage);
  await button(page, say("membership.add")).click({ timeout: guardsMs });
  const start = say("membership.kind.add-node.start");
  const machines = await lab.status();
  for (const [at, name] of spares.entries()) {
    await expect(button(page, start), "one would not be enough").toBeDisabled();
    const form = region(page, say("membership.machine.new", { number: at + 1 }));
    const { ip: address = "", storageIp = "" } = machines.nodes.find((node) => node.name === name) ?? {};
    await fill(first, form, { name, address, storageIp, managementIp: address });
    await admit(first, form, name);
  }
  await order(first, start, procedureCluster);
  await ends(first, changeMs);
  await whole(five);
  await sameGuest(before);
});

test("an empty panel takes the five over and removes two, one of them with the management VM on it", async ({
  browser,
}) => {
  test.setTimeout(testMs);
  const before = await guestAnswers();
  await first.page.context().close();
  await stopPanel("main");
  forgetData("main");
  await startPanel("main");
  await panelClient(panelUrl).auth.setup.mutate({ ...account });
  first = await operator(browser, "zh-CN");
  const taken = await takeOver(first, procedureCluster, { members: five, isShutDown: false });
  const clusterId = taken.split("/").at(-1) ?? "";
  // From here on it is this panel's cluster: the tests that come after work with it.
  writeFileSync(clusterRecord.file, JSON.stringify({ ...readClusterRecord(), clusterId }));
  membersPage = `${taken}/nodes`;
  const isThere = async (): Promise<true | null> => {
    if ((await ownerNow()) === spares[0]) return true;
    // A busy Consul misses an answer, and the command ends; what it began goes on.
    await onNode(nodes[0], ["zsha", "migrate", spares[0]], [0, 1], { timeoutMs: guardsMs });
    return null;
  };
  await until(`the management VM on ${spares[0]}`, isThere, runMs);

  await mark(first, spares);
  await order(first, first.say("membership.kind.remove-node.start"), spares.join(", "));
  await ends(first, changeMs);
  await whole(nodes);
  const after = await guestAnswers();
  expect(after).toMatchObject({ boots: before.boots, errs: 0 });
  expect(after.acked).toBeGreaterThan(before.acked);
  expect(nodes).toContain(after.node);
  await first.page.goto(membersPage);
  const row = (node: string): Locator => first.page.getByRole("row").filter({ hasText: node });
  await expect(row(nodes[0])).toBeVisible({ timeout: guardsMs });
  for (const node of spares) await expect(row(node)).toHaveCount(0);
  for (const node of spares) {
    const left = await onNode(node, ["sh", "-c", "ls /etc/zsha /var/lib/consul 2>/dev/null"], [0, 1, 2]);
    expect(left.stdout, node).toBe("");
    await lab.powerOff(node);
  }
  await nothingLeft();
});
