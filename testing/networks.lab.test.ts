import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { networkDevice, type NetworkPlan } from "@/contract/network-plan";
import { suitePaths } from "@/contract/node-setup";
import * as lab from "@/lab/cluster";
import { buildPanel } from "@/scripts/build-panel";
import { becauseOf, changeNetworks, settledAfter } from "@/testing/change-networks";
import type { PanelFaults, RunOutcome } from "@/testing/conformance/rig";
import { labHosts } from "@/testing/lab-hosts";

/** The networks of three nodes changed as one, on real nodes, through the engine and over SSH. */
const names = ["ceph-1", "ceph-2", "ceph-3"];
/** The shortest there may be, so that a rollback by time is seen within a test. */
const rollbackSeconds = 30;
/** What the product uses: on a busy machine all nodes need more than half a minute. */
const unhurriedSeconds = 120;
/** The deadline, 10 s of asking, and the way back. */
const backWithinMs = (rollbackSeconds + 30) * 1000;
const program = "dist/zsha";

let nodes: Awaited<ReturnType<typeof labHosts>>;

beforeAll(async () => {
  buildPanel();
  nodes = await labHosts(3);
  const sha256 = createHash("sha256").update(readFileSync(program)).digest("hex");
  await Promise.all(nodes.hosts.map((host) => host.upload(program, suitePaths.executable, { sha256, mode: 0o755 })));
});
afterAll(async () => {
  nodes.close();
  await lab.down();
});

function plan(id: NetworkPlan["id"], nic: string, more: Partial<NetworkPlan> = {}): NetworkPlan {
  const third = { storage: 1, management: 2, data: 3 }[id];
  return {
    id,
    link: "single",
    bond: null,
    bridge: id !== "data",
    mtu: id === "storage" ? 9000 : 1500,
    prefixLength: id === "data" ? null : 24,
    gateway: id === "management" ? "10.77.2.1" : null,
    onNodes: names.map((node, at) => ({ node, nics: [nic], ip: id === "data" ? null : `10.77.${third}.${11 + at}` })),
    ...more,
  };
}
const wanted = (): NetworkPlan[] => [plan("storage", "p5p1"), plan("management", "eth0"), plan("data", "em1")];

const change = (networks: NetworkPlan[], faults: PanelFaults = {}, seconds = rollbackSeconds): Promise<RunOutcome> =>
  changeNetworks(nodes.hosts, { networks, rollbackSeconds: seconds, faults });
const settled = (limitMs: number): Promise<number> => settledAfter(nodes.hosts, limitMs);

async function devices(node: string): Promise<string[]> {
  const { stdout } = await lab.exec(node, ["ls", "/sys/class/net"], { timeoutMs: 10_000 });
  return stdout.trim().split(/\s+/);
}
const bridges = async (): Promise<string[]> => [
  ...new Set((await Promise.all(names.map(devices))).flat().filter((name) => name.startsWith("br_"))),
];

test("a gateway nobody has takes every node back, and is named", async () => {
  const outcome = await change([plan("storage", "p5p1"), plan("management", "eth0", { gateway: "10.77.2.77" })]);
  expect(outcome.state).toBe("parked");
  expect(becauseOf(outcome)).toContain("nobody answers at the gateway 10.77.2.77");
  await settled(backWithinMs);
  expect(await bridges()).toEqual([]);
});

test("the management address on a second NIC is refused before anything changes", async () => {
  const outcome = await change([plan("management", "em1"), plan("storage", "p5p1")]);
  expect(outcome.state).toBe("parked");
  expect(becauseOf(outcome)).toContain("is on eth0, which this change leaves as it is");
  await settled(backWithinMs);
  expect(await bridges()).toEqual([]);
});

test("the wrong NIC for the management network: no node is lost", async () => {
  const swapped = [plan("management", "p5p1"), plan("storage", "eth0")];
  const outcome = await change(swapped);
  expect(outcome.state).toBe("parked");
  const seconds = await settled(backWithinMs);
  console.log(`wrong NIC: all nodes as before ${seconds.toFixed(1)} s after the run had parked`);
  expect(await bridges()).toEqual([]);
});

test("a panel killed in the middle: every node reachable, all old or all new", async () => {
  const ends: string[] = [];
  for (const write of [8, 14, 26]) {
    await change(wanted(), { stopAfterWrites: write });
    const seconds = await settled(backWithinMs);
    const made = await Promise.all(
      names.map(async (name) => (await devices(name)).filter((one) => one.startsWith("br_"))),
    );
    expect(new Set(made.map((one) => one.join(" "))).size, `killed after write ${write}`).toBe(1);
    ends.push(`write ${write}: ${made[0]?.length === 0 ? "old" : "new"} after ${seconds.toFixed(1)} s`);
  }
  console.log(`panel killed: ${ends.join("; ")}`);
});

test("the three networks come up on all nodes, proven at their MTU, and survive a reboot of each", async () => {
  const began = performance.now();
  const outcome = await change(wanted(), {}, unhurriedSeconds);
  expect(outcome.state, becauseOf(outcome)).toBe("succeeded");
  console.log(`three networks kept on three nodes after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  for (const name of names) {
    await lab.shutdown(name);
    await lab.powerOn(name);
    await settled(60_000);
    for (const network of wanted()) {
      const device = networkDevice(network, name) ?? "";
      const shown = await lab.exec(name, ["ip", "-brief", "address", "show", "dev", device], {
        timeoutMs: 10_000,
      });
      const ip = network.onNodes.find(({ node }) => node === name)?.ip ?? null;
      expect(shown.stdout).toContain(ip === null ? device : `${ip}/24`);
    }
  }
  const again = await change(wanted(), {}, unhurriedSeconds);
  expect(again.state, becauseOf(again)).toBe("succeeded");
});
