import { afterAll, beforeAll, expect, test } from "vitest";
import * as lab from "@/lab/cluster";
import {
  type BondedCluster,
  bondedNodes,
  deviceOf,
  madeDevices,
  manualNetworks,
  onNode,
  startBonded,
} from "@/testing/bonded/bonded-cluster";
import { becauseOf, changeNetworks } from "@/testing/change-networks";

/** The networks of three nodes with real bonds, changed as one by the product's own procedure, against a switch that speaks LACP. */
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

test("the manual's three networks come up on all nodes with LACP, proven at their MTU", async () => {
  const began = performance.now();
  const outcome = await changeNetworks(cluster.hosts, {
    networks: manualNetworks(),
    rollbackSeconds: unhurriedSeconds,
  });
  expect(outcome.state, becauseOf(outcome)).toBe("succeeded");
  console.log(`three bonded networks kept on three nodes after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  for (const node of bondedNodes) await expectNetworks(node);
});

async function expectNetworks(node: string): Promise<void> {
  expect(await madeDevices(node)).toEqual(["bond0", "bond1", "bond2", "br_bond0", "br_bond1"]);
  for (const plan of manualNetworks()) {
    const ip = plan.onNodes.find((entry) => entry.node === node)?.ip ?? null;
    const device = deviceOf(plan, node);
    const shown = await onNode(node, "ip", "-brief", "address", "show", "dev", device);
    expect(shown).toContain(ip === null ? device : `${ip}/24`);
  }
}
