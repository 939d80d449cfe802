// What an operator changes on bonded nodes that are in use: one that is kept, and three that must not cost a node, whoever is to blame.
import { expect, test } from "@playwright/test";
import {
  applyChange,
  changeMs,
  closeRun,
  expectManualNetworks,
  field,
  networkRegion,
  pickNics,
  sentIn,
  setField,
} from "@/e2e/bonded/network-pages";
import { type Operator, operator, standing } from "@/e2e/operator";
import { killPanel, startPanel } from "@/e2e/panel";
import { attachBonded, type BondedCluster, bondedNodes, onNode } from "@/testing/bonded/bonded-cluster";
import { type GuardRecord, guardRecord, phaseOf } from "@/testing/bonded/guard-record";
import { whileWatched } from "@/testing/bonded/reachability";
import { settledAfter } from "@/testing/change-networks";

test.describe.configure({ mode: "serial" });

const clusterName = "bonded";
/** The shortest there may be: a rollback by time is seen within a test. */
const rollbackSeconds = 30;
/** Where nodes stay in reach: long enough for emulated ones to be told before it is over. */
const patientSeconds = 60;
/** A proof that takes its time on emulated nodes: here it is the proof that must speak, not the clock. */
const unhurriedSeconds = 300;
/** What a node may be out of reach at most, whatever is done to its networks. */
const reachableAgainSeconds = 60;
/** Ten seconds of asking and two rounds with deaf peers: a guard that is later than this does not keep its word. */
const promptSeconds = 20;
/** The deadline, the asking, the way back on emulated nodes and ssh at its pace. Longer: nodes that never decide are reported late. */
const decidedMs = 240_000;
/** A look at three nodes; what was decided is in force already. */
const networksMs = 15_000;
const addresses = bondedNodes.map((_, at) => `10.77.2.${11 + at}`);

let cluster: BondedCluster;
let who: Operator;
let clusterId = "";

test.beforeAll(async ({ browser }) => {
  cluster = await attachBonded();
  who = await operator(browser, "en");
  await who.page.goto("/clusters");
  const link = who.page.getByRole("link", { name: clusterName, exact: true }).first();
  clusterId = (await link.getAttribute("href"))?.split("/").at(-1) ?? "";
});
test.afterAll(() => cluster.close());

const apply = (seconds: number, edit: () => Promise<void>): Promise<string> =>
  applyChange(who, { clusterId, clusterName }, seconds, edit);

/**
 * All nodes decide, and each can be reached again within a minute, the commands of its own network stack not counted: those take an
 * emulated node as long as it takes. What the guards did when is their own record.
 */
async function watched(act: () => Promise<unknown>): Promise<GuardRecord[]> {
  const { gaps } = await whileWatched(addresses, async () => {
    await act();
    await settledAfter(cluster.hosts, decidedMs);
  });
  const records = await Promise.all(bondedNodes.map(guardRecord));
  for (const [at, { node, changed, goingBack, back }] of records.entries()) {
    const silent = gaps.get(addresses[at] ?? "") ?? 0;
    const wayBack = (back ?? 0) - (goingBack ?? 0);
    console.log(`${node}: silent for ${silent} s; its guard: ${JSON.stringify({ changed, goingBack, back })}`);
    expect(silent - wayBack, `${node}: seconds out of reach`).toBeLessThanOrEqual(reachableAgainSeconds);
    // A change that is still at work when time is up is brought to its end first.
    if (goingBack !== null) expect(goingBack, node).toBeLessThanOrEqual(Math.max(0, changed ?? 0) + promptSeconds);
  }
  expect(new Set(records.map(({ change }) => change)).size, "one change on all nodes").toBe(1);
  return records;
}

async function expectAllBack(records: readonly GuardRecord[]): Promise<void> {
  for (const { node, changed, back } of records)
    expect(changed === null || back !== null, `${node} is back`).toBe(true);
  await expectManualNetworks(networksMs);
}

/** A node has begun with the change it is armed for. */
const anyChanges = async (): Promise<boolean> => (await Promise.all(bondedNodes.map(phaseOf))).includes("changed");

async function storageMtus(): Promise<string[]> {
  const texts = await Promise.all(
    bondedNodes.map((node) => onNode(node, "cat", "/sys/class/net/bond0/mtu", "/sys/class/net/br_bond0/mtu")),
  );
  return texts.flatMap((text) => text.trim().split(/\s+/));
}

test("another MTU for one network is proven and kept on all nodes", async () => {
  test.setTimeout(changeMs * 2);
  const { page, say } = who;
  await apply(unhurriedSeconds, () => setField(field(who, "storage", "mtu"), "1500"));
  await expect(standing(who, "succeeded")).toBeVisible({ timeout: changeMs });
  expect(new Set(await storageMtus())).toEqual(new Set(["1500"]));
  await page.goto(`/clusters/${clusterId}/networks`);
  await expect(networkRegion(who, "storage")).toContainText(say("network.bytes", { bytes: 1500 }));
});

test("a panel that is killed in the middle: the nodes decide alike without it, and the run goes on", async () => {
  test.setTimeout(changeMs * 2);
  const records = await watched(async () => {
    const runId = await apply(patientSeconds, () => setField(field(who, "storage", "mtu"), "9000"));
    // All nodes are armed by then, and none of them holds an earlier change.
    await expect.poll(() => sentIn(runId), { timeout: changeMs, intervals: [20] }).toContain("net-change");
    await expect.poll(anyChanges, { timeout: patientSeconds * 1000, intervals: [100] }).toBe(true);
    killPanel("main");
  });
  expect(records.filter(({ changed }) => changed !== null)).not.toEqual([]);
  await expectAllBack(records);
  expect(new Set(await storageMtus())).toEqual(new Set(["1500"]));
  await startPanel("main");
  // A minute for the proof may be too short for emulated nodes: then they go back once more, and it stands still.
  const still = standing(who, "step-failed");
  await expect(still.or(standing(who, "succeeded"))).toBeVisible({ timeout: changeMs });
  if (await still.isVisible()) await closeRun(who);
  expect(new Set(await storageMtus()).size).toBe(1);
});

test("a wrong gateway takes every node back, and is named", async () => {
  test.setTimeout(changeMs * 2);
  const records = await watched(async () => {
    await apply(unhurriedSeconds, () => setField(field(who, "management", "gateway"), "10.77.2.77"));
    await closeRun(who);
  });
  await expect(who.page.getByText("nobody answers at the gateway 10.77.2.77").first()).toBeVisible();
  await expectAllBack(records);
});

test("the wrong cards for two networks: every node comes back by itself", async () => {
  test.setTimeout(changeMs * 2);
  const records = await watched(async () => {
    await apply(rollbackSeconds, async () => {
      for (const node of bondedNodes) {
        await pickNics(who, "storage", node, ["eth0", "eth1"]);
        await pickNics(who, "management", node, ["p5p1", "p5p2"]);
      }
    });
    await closeRun(who);
  });
  expect(records.filter(({ goingBack }) => goingBack !== null)).not.toEqual([]);
  await expectAllBack(records);
});
