import { expect, test, vi } from "vitest";
import type { NetworkChangeInput } from "@/contract/network-change";
import { suitePaths } from "@/contract/node-setup";
import { applyNetworksProcedure } from "@/server/procedures/apply-networks/procedure";
import { planOnNode } from "@/server/steps/networks/plan-on-node";
import { describeConformance } from "@/testing/conformance/conformance";
import { ConformanceRig } from "@/testing/conformance/rig";
import { DeployWorld } from "@/testing/deploy-cluster-world/deploy-world";
import { bareServers, bareServersInput } from "@/testing/deploy-cluster-world/deploy-worlds";
import { systemdRun } from "@/testing/deploy-cluster-world/network-programs";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(10);
});

function input(): NetworkChangeInput {
  const { clusterName, nodes, networks } = bareServersInput();
  return {
    protocol: 1,
    clusterName,
    nodes: nodes.map(({ name, address }) => ({ name, address })),
    networks,
    rollbackSeconds: 120,
  };
}

function withSuite(): DeployWorld {
  const world = bareServers();
  for (const node of world.memory.nodes.values()) node.files.set(suitePaths.executable, "suite");
  return world;
}

describeConformance({
  name: "apply-networks",
  procedure: applyNetworksProcedure,
  input: input(),
  newWorld: withSuite,
  every: 3,
});

/** Nodes whose ssh server opens sockets, and on which services can be started. */
function withGuards(): DeployWorld {
  const world = new DeployWorld(bareServersInput(), null, { "systemd-run": systemdRun });
  for (const node of world.memory.nodes.values()) node.files.set(suitePaths.executable, "suite");
  return world;
}

describeConformance({
  name: "apply-networks by guards",
  procedure: applyNetworksProcedure,
  input: input(),
  newWorld: withGuards,
  every: 3,
});

test("once somebody was shown what would be done, applying it starts no program on any node", async () => {
  const world = withGuards();
  const { networks } = input();
  const hosts = [...world.memory.nodes.keys()].map((name) => world.hosts.host(name));
  for (const host of hosts) expect((await planOnNode(host, networks)).changed).toBe(true);
  const shown = world.memory.sent.length;
  const rig = new ConformanceRig(world, input());
  await rig.start(rig.panel(applyNetworksProcedure));
  expect((await rig.outcome()).state).toBe("succeeded");
  const applying = world.memory.sent.slice(shown);
  expect(applying.join("\n")).toContain("net-arm");
  expect(applying.filter((text) => text.includes("systemd-run"))).toEqual([]);
});

/** Some forty whole changes on a busy machine. */
const awayTimeoutMs = 120_000;

test("a panel that dies after any write, and nodes whose time is up before the next one comes: all old or all new in between", {
  timeout: awayTimeoutMs,
}, async () => {
  const reference = new ConformanceRig(withSuite(), input());
  const unharmed = reference.panel(applyNetworksProcedure);
  await reference.start(unharmed);
  const networksOf = (world: DeployWorld): Set<string | undefined> =>
    new Set(
      [...world.memory.nodes.values()].map((node) =>
        node.files.get("/etc/networks-of-this-node.json") === undefined ? "old" : "new",
      ),
    );
  const ends = new Set<string>();
  for (let write = 1; write <= unharmed.writes(); write += 1) {
    const world = withSuite();
    const rig = new ConformanceRig(world, input());
    await rig.start(rig.panel(applyNetworksProcedure, { stopAfterWrites: write }));
    world.rollbackTimersFire();
    const networks = networksOf(world);
    expect(networks.size, `away after write ${write}`).toBe(1);
    ends.add([...networks].join(""));
    const panel = rig.panel(applyNetworksProcedure);
    await rig.takeOver(panel);
    if ((await rig.outcome()).state === "parked") await rig.ask(panel, "resume");
    expect((await rig.outcome()).state, `away after write ${write}`).toBe("succeeded");
    expect(networksOf(world), `away after write ${write}`).toEqual(new Set(["new"]));
  }
  expect(ends).toEqual(new Set(["old", "new"]));
});
