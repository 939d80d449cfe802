import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NetworkCheck } from "@/contract/network-check";
import type { NetworkPlan } from "@/contract/network-plan";
import * as lab from "@/lab/cluster";
import { measureNetworks } from "@/server/steps/networks/measure-networks";
import {
  type BondedCluster,
  bondedNodes,
  madeDevices,
  manualNetwork,
  manualNetworks,
  missingOn,
  startBonded,
} from "@/testing/bonded/bonded-cluster";
import { faultRounds } from "@/testing/bonded/fault-rounds";
import { whileWatched } from "@/testing/bonded/reachability";
import { becauseOf, changeNetworks, settledAfter } from "@/testing/change-networks";
import type { RunOutcome } from "@/testing/conformance/rig";

/**
 * The networks of three nodes with real bonds, one node per network stack, changed as one by the product's own procedure
 * against a switch that speaks LACP.
 */
let cluster: BondedCluster;

beforeAll(async () => {
  cluster = await startBonded();
});
afterAll(async () => {
  // Nothing to close when the lab did not come up.
  (cluster as BondedCluster | undefined)?.close();
  await lab.down();
});

/** Emulated nodes need a minute from the first word to the last; the product's own two are for servers. */
const unhurriedSeconds = 300;
/** The shortest there may be, so that a rollback by time is seen within a test. */
const rollbackSeconds = 30;
/** What a node may be out of reach at most, whatever is done to its networks. */
const reachableAgainSeconds = 60;
/** For the nodes to have decided: the deadline, 10 s of asking, the way back on an emulated node, and ssh at its pace. */
const backWithinMs = (rollbackSeconds + 90) * 1000;
const managementAddresses = bondedNodes.map((_, at) => `10.77.2.${11 + at}`);

/** Does it, waits until the nodes have decided, and holds them to being reachable again in time. */
async function watched(what: string, act: () => Promise<RunOutcome>): Promise<RunOutcome> {
  const { result, gaps } = await whileWatched(managementAddresses, async () => {
    const outcome = await act();
    return { outcome, seconds: await settledAfter(cluster.hosts, backWithinMs) };
  });
  const silences = [...gaps.values()];
  console.log(
    `${what}: settled ${result.seconds.toFixed(1)} s after the run stood still; nodes silent for ${silences.join(", ")} s`,
  );
  expect(Math.max(...silences), "seconds out of reach").toBeLessThanOrEqual(reachableAgainSeconds);
  return result.outcome;
}
/** LACP needs up to 90 s to forget a partner that fell silent; a look takes half a minute on a busy machine. */
const seen = { timeout: 240_000, interval: 1_000 };

async function look(earlier: NetworkCheck | null): Promise<NetworkCheck> {
  return await measureNetworks(cluster.hosts, manualNetworks(), {
    depth: "full",
    nowIso: () => new Date().toISOString(),
    signal: new AbortController().signal,
    earlier: earlier && { reports: earlier.reports, secondsAgo: Math.round(earlier.seconds) },
  });
}

/** Counts hang on chance and clock; what they count does not. An emulated node on a busy machine answers late now and then. */
const sentencesOf = ({ findings }: NetworkCheck): string[] =>
  findings
    .filter(({ code }) => code !== "loss")
    .map(({ text }) =>
      text.replace(/\d+ of \d+/, "N of M").replace(/down \d+ times within \d+ s/, "down N times within N s"),
    )
    .toSorted();

/** What the looks from now on say, each compared with the one before. */
function looks(): () => Promise<string[]> {
  let earlier: NetworkCheck | null = null;
  return async () => {
    earlier = await look(earlier);
    return sentencesOf(earlier);
  };
}

async function expectOld(): Promise<void> {
  for (const node of bondedNodes) expect(await madeDevices(node)).toEqual([]);
}

async function expectNew(): Promise<void> {
  for (const node of bondedNodes) {
    expect(await madeDevices(node)).toEqual(["bond0", "bond1", "bond2", "br_bond0", "br_bond1"]);
    expect(await missingOn(node)).toEqual([]);
  }
}

test("a wrong gateway takes every node back, and is named", async () => {
  const networks = [manualNetwork("storage"), manualNetwork("management", { gateway: "10.77.2.77" })];
  const outcome = await watched("wrong gateway", () =>
    changeNetworks(cluster.hosts, { networks, rollbackSeconds: unhurriedSeconds }),
  );
  expect(outcome.state).toBe("parked");
  expect(becauseOf(outcome)).toContain("nobody answers at the gateway 10.77.2.77");
  await expectOld();
});

test("the wrong cards for the management network: no node is lost", async () => {
  const cards = (id: "storage" | "management", nics: string[]): NetworkPlan => {
    const plan = manualNetwork(id);
    return { ...plan, onNodes: plan.onNodes.map((entry) => ({ ...entry, nics })) };
  };
  const networks = [cards("management", ["p5p1", "p5p2"]), cards("storage", ["eth0", "eth1"])];
  const outcome = await watched("wrong cards", () => changeNetworks(cluster.hosts, { networks, rollbackSeconds }));
  expect(outcome.state).toBe("parked");
  await expectOld();
});

test("a panel killed in the middle: every node reachable, all old or all new", async () => {
  // One node is told to change, the others are not.
  const faults = { stopBeforeSend: { text: "net-change", count: 2 } };
  const change = { networks: manualNetworks(), rollbackSeconds, faults };
  await watched("panel killed", () => changeNetworks(cluster.hosts, change));
  const made = await Promise.all(bondedNodes.map(async (node) => (await madeDevices(node)).join(" ")));
  expect(new Set(made).size, made.join(" | ")).toBe(1);
});

test("the manual's three networks come up on all nodes with LACP, proven at their MTU", async () => {
  const began = performance.now();
  const outcome = await changeNetworks(cluster.hosts, {
    networks: manualNetworks(),
    rollbackSeconds: unhurriedSeconds,
  });
  expect(outcome.state, becauseOf(outcome)).toBe("succeeded");
  console.log(`three bonded networks kept on three nodes after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  await expectNew();
});

describe("a fault is found and named, and nothing else is", () => {
  test.each(faultRounds)("$name", async ({ make, heal, sentences, orElse = {} }) => {
    await make();
    const look = looks();
    const found = async () => (await look()).map((text) => orElse[text] ?? text).toSorted();
    try {
      await expect.poll(found, seen).toEqual([...sentences].toSorted());
    } finally {
      await heal();
    }
  });
});
