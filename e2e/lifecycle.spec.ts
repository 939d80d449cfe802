// The suite's later life by buttons: upgraded, a guest agent, a new password, uninstalled. On the cluster that the procedures leave.
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { z } from "zod";
import { managementVmDomainName } from "@/contract/ha-config";
import { productVersion } from "@/contract/version";
import { account, button, region } from "@/e2e/browser";
import { procedureCluster, readClusterRecord } from "@/e2e/cluster-record";
import { unitStartsOn } from "@/e2e/journal";
import { choose, ends, endsOnceResumed, inLanguage, type Operator, operator, order, standing } from "@/e2e/operator";
import { dataOf, panelUrl, startPanel, stopPanel } from "@/e2e/panel";
import * as lab from "@/lab/cluster";
import { bringSuite } from "@/scripts/bring-suite";
import { type PanelClient, panelClient } from "@/scripts/panel-client";
import { onNode } from "@/testing/deployed-lab";
import { guardsMs, guestAnswers, nodes, runMs } from "@/testing/maintained-lab";
import { buildNewerSuite } from "@/testing/newer-suite";
import { cutSsh } from "@/testing/ssh-cut";

const newerVersion = "0.2.0";

/** As the release's: a program that unpacks itself, larger than one message of the agent. */
const agentBundle = {
  name: "Trivet-HA-Guest-Agent-5.1.0.bin",
  version: "5.1.0",
  content: Buffer.concat([
    Buffer.from(`#!/bin/sh
[ "$1" = -i ] || exit 2
printf '%s\n' '#!/bin/sh' 'printf "App Version: 5.1.0\\nBuild Date: 2026-01-01\\nBranch Name: main\\nCommit ID: 5a5a\\n"' >/usr/bin/zin
chmod +x /usr/bin/zin
exit 0
`),
    Buffer.alloc(300_000, 0x5a),
  ]),
};

/** Longer than one attempt to connect (8 s): at least one has failed. */
const cutMs = 10_000;

test.describe.configure({ mode: "serial" });

let client: PanelClient;
let suitePage = "";
let first: Operator;

test.beforeAll(async ({ browser }) => {
  // It was stopped while another panel looked after the cluster, and comes back to one that has changed meanwhile.
  await stopPanel("main");
  await startPanel("main");
  suitePage = `/clusters/${readClusterRecord().clusterId}/suite`;
  first = await operator(browser, "zh-CN");
  client = panelClient(panelUrl);
  await client.auth.signIn.mutate({ ...account });
});

const versions = async (): Promise<string[]> =>
  await Promise.all(
    nodes.map(async (node) => /App Version: (\S+)/.exec((await onNode(node, ["zsha", "-v"])).stdout)?.[1] ?? "?"),
  );

test("a newer suite comes node by node, held after the first, though the way to the next breaks; the guest runs on", async () => {
  test.setTimeout(runMs * 2);
  await bringSuite(dataOf("main"), await buildNewerSuite(newerVersion));
  const { page, say } = first;
  const before = await guestAnswers();
  await page.goto(suitePage);
  await choose(first, say("lifecycle.kind.upgrade-suite.choose"));
  const runId = await order(first, say("lifecycle.kind.upgrade-suite.start"));
  await expect(standing(first, "held")).toBeVisible({ timeout: runMs });
  expect((await versions()).toSorted()).toEqual([productVersion, productVersion, newerVersion]);
  const next = (await client.run.get.query({ runId })).plan.steps.find(({ id }) => id === "ensure-upgrade-2");
  const [node = ""] = next?.cells ?? [];
  await cutSsh(node);
  await button(page, say("run.action.resume")).click();
  await expect(standing(first, "held")).toHaveCount(0);
  const cell = page.locator(`[data-place="ensure-upgrade-2/${node}"]`);
  await expect(cell).toContainText(say("run.cellState.checking"));
  await page.waitForTimeout(cutMs);
  expect((await versions()).toSorted(), "nothing was sent").toEqual([productVersion, productVersion, newerVersion]);
  await expect(cell).not.toContainText(say("run.cellState.observed-succeeded"));
  await lab.heal(node);
  await endsOnceResumed(first, "step-failed");
  expect(await versions()).toEqual(nodes.map(() => newerVersion));
  for (const each of nodes)
    expect([...(await unitStartsOn(each, runId)).values()], `${each} was upgraded once`).toEqual([1]);
  expect((await guestAnswers()).boots).toBe(before.boots);
});

test("a guest agent bundle goes through the browser into the management VM", async () => {
  test.setTimeout(runMs);
  first = await inLanguage(first, "en");
  const { page, say } = first;
  const before = await guestAnswers();
  await page.goto(suitePage);
  const card = region(page, say("lifecycle.agent.title"));
  await expect(card).toContainText(say("lifecycle.agent.absent"), { timeout: guardsMs });
  await choose(first, say("lifecycle.kind.install-guest-agent.choose"));
  const upload = page.getByLabel(say("lifecycle.agent.file"), { exact: true });
  await upload.setInputFiles({
    name: agentBundle.name,
    mimeType: "application/octet-stream",
    buffer: agentBundle.content,
  });
  await order(first, say("lifecycle.kind.install-guest-agent.start"));
  await ends(first);
  await page.goto(suitePage);
  await expect(card).toContainText(agentBundle.version, { timeout: guardsMs });
  expect((await guestAnswers()).boots).toBe(before.boots);
});

test("root's password is reset and shown once", async () => {
  test.setTimeout(runMs);
  first = await inLanguage(first, "zh-CN");
  const { page, say } = first;
  await page.goto(suitePage);
  await choose(first, say("lifecycle.kind.reset-password.choose"));
  const runId = await order(first, say("lifecycle.kind.reset-password.start"));
  await ends(first);
  await button(page, say("lifecycle.password.show")).click();
  await expect(page.getByText(say("lifecycle.password.shown"))).toBeVisible();
  const password = await page.getByText(/^[A-Za-z0-9]{20}$/).innerText();
  await page.reload();
  await ends(first);
  await expect(button(page, say("lifecycle.password.show"))).toHaveCount(0);
  await expect(page.getByText(password)).toHaveCount(0);
  expect(await client.lifecycle.passwordWaits.query({ runId })).toBe(false);
  expect(readFileSync(`${dataOf("main")}.log`, "utf8")).not.toContain(password);
});

test("what a node wrote down is found from the browser", async () => {
  test.setTimeout(runMs);
  first = await inLanguage(first, "zh-CN");
  const { page, say } = first;
  const { stdout } = await onNode(nodes[1], ["tail", "-n", "1", "/var/log/z/zshad.log"]);
  const { sentence } = z.object({ sentence: z.string() }).parse(JSON.parse(stdout));
  // Quotation marks stand in the file with a backslash, and the text is looked for as it stands there.
  const words = (/[\w .,-]{6,60}/.exec(sentence)?.[0] ?? sentence).trim();
  await page.goto(suitePage.replace(/suite$/, "logs"));
  await page.getByLabel(say("logs.text"), { exact: true }).fill(words);
  await button(page, say("logs.search")).click();
  await expect(button(page, say("logs.backToLive"))).toBeVisible({ timeout: guardsMs });
  await expect(region(page, say("logs.list"))).toContainText(words, { timeout: guardsMs });
});

test("the suite is uninstalled after its cluster's name was typed", async () => {
  test.setTimeout(runMs);
  first = await inLanguage(first, "en");
  const { page, say } = first;
  await page.goto(suitePage);
  await choose(first, say("lifecycle.kind.uninstall-suite.choose"));
  await order(first, say("lifecycle.kind.uninstall-suite.start"), procedureCluster);
  await ends(first);
  for (const node of nodes) {
    expect((await lab.exec(node, ["sh", "-c", "command -v zsha zshad"])).stdout, node).toBe("");
    const domains = await onNode(node, ["virsh", "--quiet", "list", "--all", "--name"]);
    expect(domains.stdout, node).not.toContain(managementVmDomainName);
  }
});
