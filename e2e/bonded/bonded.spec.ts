// The networks of three freshly installed bonded nodes as an operator makes, watches and changes them: one node per network stack,
// cables and a switch that speaks LACP.
import { expect, test } from "@playwright/test";
import { emptyExistingStorage } from "@/contract/deployment-suggestions";
import {
  addressField,
  answerMs,
  cable,
  changeMs,
  closeRun,
  expectFindings,
  expectManualNetworks,
  field,
  networkRegion,
  networksCell,
  pickNics,
  setField,
} from "@/e2e/bonded/network-pages";
import { account, button, saved } from "@/e2e/browser";
import { enterNodes } from "@/e2e/enter-nodes";
import { type Operator, operator, runIdOf } from "@/e2e/operator";
import { panelUrl } from "@/e2e/panel";
import * as lab from "@/lab/cluster";
import { plug, unplug } from "@/lab/network-faults";
import { type PanelClient, panelClient } from "@/scripts/panel-client";
import { bondedNodes, manualNetworks, onNode } from "@/testing/bonded/bonded-cluster";
import { faultRounds } from "@/testing/bonded/fault-rounds";

test.describe.configure({ mode: "serial" });

const clusterName = "bonded";
/** Three emulated nodes at once: 45 s on a quiet machine. */
const bootMs = 300_000;
/** Guards are started, three stacks set up nine devices each, all paths are proven: the product's own five minutes, and what comes before. */
const firstNetworksMs = 420_000;
/** A look at three nodes; what was decided is in force already. */
const networksMs = 15_000;

let client: PanelClient;
let who: Operator;
let clusterId = "";

test.beforeAll(async ({ browser }) => {
  client = panelClient(panelUrl);
  await client.auth.setup.mutate({ ...account });
  who = await operator(browser, "en");
});

/** The picture and the test agree: every cable of every bond carries, every path takes its largest packet. */
async function expectAllCarry(): Promise<void> {
  const { page, say } = who;
  await page.goto(`/clusters/${clusterId}/networks`);
  for (const plan of manualNetworks())
    for (const { node, nics } of plan.onNodes)
      for (const nic of nics)
        await expect(cable(who, node, nic)).toHaveAccessibleName(new RegExp(say("network.verdict.healthy")), {
          timeout: answerMs,
        });
  await expectFindings(who, []);
}

test("an operator enters fresh nodes and the manual's three networks, and watches them being made", async () => {
  test.setTimeout(900_000);
  const { page, say } = who;

  await test.step("nodes", async () => {
    await page.goto("/clusters/new");
    await page.getByLabel(say("deployment.clusterName")).fill(clusterName);
    await button(page, say("deployment.list.start")).click();
    await page.waitForURL(/\/clusters\/new\/prepare\?/);
    await page.goto(`/clusters/new/nodes${new URL(page.url()).search}`);
    await enterNodes(who, answerMs);
  });
  const draftId = new URL(page.url()).searchParams.get("draft") ?? "";

  await test.step("networks", async () => {
    await page.goto(`/clusters/new/networks?draft=${draftId}`);
    for (const plan of manualNetworks()) {
      const scope = networkRegion(who, plan.id);
      await expect(scope.getByRole("radio", { name: new RegExp(`^${say("deployment.networks.lacp")}`) })).toBeChecked();
      await setField(field(who, plan.id, "bond"), plan.bond ?? "");
      await setField(field(who, plan.id, "mtu"), String(plan.mtu));
      await expect(scope.getByRole("switch")).toBeChecked({ checked: plan.bridge });
      for (const { node, nics } of plan.onNodes) await pickNics(who, plan.id, node, nics);
      const [first, ...others] = plan.onNodes;
      if (first === undefined || first.ip === null) continue;
      await setField(field(who, plan.id, "gateway"), plan.gateway ?? "");
      await setField(addressField(who, plan.id, first.node), first.ip);
      await button(scope, say("deployment.networks.fill")).click();
      for (const { node, ip } of others) await expect(addressField(who, plan.id, node)).toHaveValue(ip ?? "");
    }
    await saved(page, say);
  });

  await test.step("what is not about networks", async () => {
    await fillTheRest(draftId);
    await page.goto(`/clusters/new/review?draft=${draftId}`);
    await button(page, say("deployment.review.start")).click();
    await page.waitForURL(/\/runs\/[^/]+$/, { timeout: answerMs });
  });

  await test.step("the run makes them, and goes no further on nodes without Ceph", async () => {
    await expect(networksCell(who)).toContainText(say("run.cellState.observed-succeeded"), {
      timeout: firstNetworksMs,
    });
    ({ clusterId } = await client.run.get.query({ runId: runIdOf(page) }));
    await closeRun(who);
    await expectManualNetworks(networksMs);
    await expectAllCarry();
  });
});

test("every node rebooted at once has its networks back", async () => {
  test.setTimeout(bootMs + changeMs + 60_000);
  // When the node's first process began.
  const beginning = (node: string) => onNode(node, "cut", "-d ", "-f22", "/proc/1/stat").catch(() => null);
  const before = await Promise.all(bondedNodes.map(beginning));
  await Promise.all(bondedNodes.map((node) => onNode(node, "systemctl", "reboot").catch(() => null)));
  const isAnew = async () =>
    (await Promise.all(bondedNodes.map(beginning))).every((at, index) => at !== null && at !== before[index]);
  await expect.poll(isAnew, { timeout: bootMs, intervals: [1_000] }).toBe(true);
  await expectManualNetworks(bootMs);
  await expectAllCarry();
});

test("a cable that is pulled is seen in the picture at once, and named", async () => {
  test.setTimeout(changeMs * 2);
  const { page, say } = who;
  await page.goto(`/clusters/${clusterId}/networks`);
  const pulled = cable(who, "ceph-1", "p5p1");
  await expect(pulled).toHaveAccessibleName(new RegExp(say("network.verdict.healthy")), { timeout: answerMs });
  await unplug("ceph-1", "p5p1");
  const began = performance.now();
  await expect(pulled).toHaveAccessibleName(new RegExp(say("network.cable.down")));
  console.log(`the picture has it ${((performance.now() - began) / 1000).toFixed(1)} s after the cable was out`);
  await expectFindings(who, [
    "ceph-1 p5p1: no link; the cable is out, or the switch port is down. bond0 runs on what is left, without redundancy",
  ]);
  await plug("ceph-1", "p5p1");
  await expect(pulled).toHaveAccessibleName(new RegExp(say("network.verdict.healthy")), { timeout: answerMs });
});

for (const { name, make, heal, sentences } of faultRounds.filter(({ isQuick }) => isQuick))
  test(`found and named: ${name}`, async () => {
    test.setTimeout(changeMs * 2);
    await who.page.goto(`/clusters/${clusterId}/networks`);
    await make();
    try {
      // The page calls the network by the name it has for people.
      const named = `in ${who.say("network.short.data")};`;
      await expectFindings(
        who,
        sentences.map((sentence) => sentence.replace("in data;", named)),
      );
    } finally {
      await heal();
    }
  });

/** Nothing of it is looked at before the networks are made. */
async function fillTheRest(draftId: string): Promise<void> {
  const { managementVm } = await lab.status();
  if (managementVm === null) throw new Error("the test cluster has no management VM image");
  const draft = async () => (await client.deployment.get.query({ draftId })).draft;
  const { patch } = client.deployment;
  const put = async (part: Parameters<typeof patch.mutate>[0]["patch"]): Promise<void> => {
    await patch.mutate({ draftId, base: (await draft()).revision, patch: part });
  };
  const storage = { ...emptyExistingStorage("zstack"), monitors: ["10.77.1.200:6789"] };
  await put({ part: "storage", value: storage });
  await client.deployment.storeCephKey.mutate({ draftId, key: "AQBnb3RhcmVhbGtleQAAAAAAAAAAAAAAAAAAAA==" });
  await put({ part: "software", value: { consul: { from: "repository" } } });
  await put({ part: "platform", value: { kind: "none", user: "", passwordSecretRef: null } });
  await client.deployment.usePanelPath.mutate({ draftId, path: managementVm.image });
  const { config } = await draft();
  const [network] = config?.Network ?? [];
  if (config === null || network === undefined) throw new Error("the draft suggests no configuration");
  const { ip, netmask, gateway } = managementVm;
  const cards = [{ ...network, Ipaddr: ip, Netmask: netmask, Gateway: gateway }];
  await put({ part: "config", value: { ...config, DNS: [gateway], ChronyServers: ["10.77.1.11"], Network: cards } });
}
