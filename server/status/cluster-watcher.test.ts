import { afterEach, beforeEach, expect, test } from "vitest";
import { type ClusterStatus, staleAfterMs, withStaleAsUnknown } from "@/contract/cluster-status";
import { sentenceText } from "@/contract/sentence";
import { ha, seen } from "@/contract/status-fixture";
import { ConsulOverSsh } from "@/server/adapters/consul/consul-over-ssh";
import { statusStream } from "@/server/cluster/status-stream";
import { ClusterWatcher } from "@/server/status/cluster-watcher";
import type { ScriptedCluster } from "@/testing/scripted-cluster/scripted-cluster";
import type { ScriptedConsul } from "@/testing/scripted-cluster/scripted-consul";
import {
  type ConsulOnScriptedNodes,
  scriptedNames as names,
  startConsulOnScriptedNodes,
} from "@/testing/scripted-cluster/scripted-hosts";

const owner = {
  epoch: 3,
  domainUuid: "u",
  phase: "running",
  startId: "s",
  clientAddress: null,
  at: "2026-11-22T10:00:00Z",
};
const faults: unknown[] = [];
let nodes: ConsulOnScriptedNodes;
let consul: ScriptedConsul;
let cluster: ScriptedCluster;
let watcher: ClusterWatcher;

beforeEach(async () => {
  faults.length = 0;
  nodes = await startConsulOnScriptedNodes();
  ({ consul, cluster } = nodes);
  const { hosts } = nodes;
  watcher = new ClusterWatcher({
    cluster: {
      id: "c1",
      name: "office",
      nodes: names.map((name) => ({ name, address: "127.0.0.1", storageIp: null })),
    },
    hosts,
    consul: new ConsulOverSsh({ hosts, readToken: () => Promise.resolve(null) }),
    onFault: (error) => faults.push(error),
  });
});
afterEach(async () => {
  watcher.stop();
  await nodes.stop();
});

const ownerOf = (status: ClusterStatus) =>
  status.owner.state === "known" ? status.owner.value?.node : sentenceText(status.owner.reason);

test("a change on a node reaches the stream as it happens", async () => {
  const abort = new AbortController();
  const arrived = new Map<string, number>();
  const reading = (async () => {
    for await (const status of statusStream(watcher, abort.signal)) {
      const node = ownerOf(status);
      if (node !== undefined && !arrived.has(node)) arrived.set(node, performance.now());
    }
  })();
  await expect.poll(() => watcher.newest.leader.state, { timeout: 8_000 }).toBe("known");
  await expect
    .poll(() => watcher.newest.nodes.every(({ link }) => link.state === "known"), { timeout: 8_000 })
    .toBe(true);
  const delays: number[] = [];
  for (let i = 0; i < 40; i += 1) {
    const node = `owner-${i}`;
    const putAt = performance.now();
    consul.put("zsha/owner", { ...owner, node }, "session");
    await expect.poll(() => arrived.has(node), { timeout: 5_000, interval: 2 }).toBe(true);
    delays.push((arrived.get(node) ?? Infinity) - putAt);
  }
  abort.abort();
  await reading;
  delays.sort((a, b) => a - b);
  // Well below any interval at which it would be asked for; the bench `live` tells how soon exactly.
  expect(delays[20]).toBeLessThan(1_000);
  expect(faults).toEqual([]);
}, 40_000);

test("a node that fails shows in link and membership; all of them at once cast doubt on the panel's network", async () => {
  await expect
    .poll(() => watcher.newest.nodes.every(({ link }) => link.state === "known"), { timeout: 8_000 })
    .toBe(true);
  consul.setMember("ceph-3", "failed");
  const memberOf = (name: string) => watcher.newest.nodes.find((node) => node.name === name)?.member;
  await expect.poll(() => memberOf("ceph-3"), { timeout: 2_000 }).toMatchObject({ value: "failed" });
  for (const name of names) await cluster.node(name).powerOff();
  const isReachable = () => watcher.newest.nodes.map(({ link }) => link.state === "known" && link.value.reachable);
  await expect.poll(isReachable, { timeout: 15_000 }).toEqual([false, false, false]);
  expect(watcher.newest.panelNetworkSuspect).toBe(true);
  expect(watcher.newest.nodes[0]?.link).toMatchObject({
    value: { because: { code: "ssh-unreachable", facts: { node: "ceph-1" } } },
  });
}, 40_000);

test("a suite that is not installed leaves the HA reading unknown with the node's own words", async () => {
  await expect
    .poll(() => watcher.newest.ha, { timeout: 10_000 })
    .toMatchObject({
      state: "unknown",
      reason: { text: expect.stringContaining("not found") },
    });
});

test("a node that is cut off from the others is believed only when nobody knows a leader", async () => {
  const consulOf = (leader: string | null) => seen({ members: [], leader, peers: [], autopilotSafe: true });
  const said = (reporter: string, leader: string | null) => JSON.stringify(ha({ reporter, consul: consulOf(leader) }));
  const leaders = new Map<string, string | null>([["ceph-2", "10.0.1.2:8300"]]);
  for (const name of names)
    cluster.node(name).node.commands.unshift(({ argv, say }) => {
      if (!argv.includes("status")) return undefined;
      say("stdout", said(name, leaders.get(name) ?? null));
      return { code: 0 };
    });
  const reporter = () => (watcher.newest.ha.state === "known" ? watcher.newest.ha.value.reporter : null);
  await expect.poll(reporter, { timeout: 15_000 }).toBe("ceph-2");
  leaders.clear();
  await expect.poll(reporter, { timeout: 25_000 }).toBe("ceph-1");
  expect(faults).toEqual([]);
}, 60_000);

test("a cable that is pulled shows as soon as its node says so, and a node that went silent keeps no link green", async () => {
  const said = (carrier: number) => `link name=p5p1 kind=nic ifindex=2 carrier=${carrier} mtu=9000 master=\nend\n`;
  const pull = Promise.withResolvers<void>();
  cluster.node("ceph-2").node.commands.unshift(async ({ argv, say, signal }) => {
    if (argv[3] !== "follow-links") return undefined;
    say("stdout", said(1));
    await pull.promise;
    say("stdout", said(0));
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    return { code: 0 };
  });
  const linksOf = () => watcher.newest.nodes.find(({ name }) => name === "ceph-2")?.links;
  await expect
    .poll(linksOf, { timeout: 15_000 })
    .toMatchObject({ value: { links: [{ name: "p5p1", carrier: true }] } });
  pull.resolve();
  await expect.poll(linksOf, { timeout: 5_000 }).toMatchObject({ value: { links: [{ carrier: false }] } });
  await cluster.node("ceph-2").powerOff();
  const pictured = withStaleAsUnknown(watcher.newest, Date.now() + staleAfterMs("links") + 1_000);
  expect(pictured.nodes[1]?.links.state).toBe("unknown");
  expect(faults).toEqual([]);
}, 40_000);

test("that all is as before is told seldom, so that a page where nothing happens rests", async () => {
  const told: { at: number; what: string }[] = [];
  const substance = (status: ClusterStatus): string =>
    JSON.stringify(status, (key, value: unknown) =>
      ["at", "revision", "roundTripMs", "lastSignAt"].includes(key) ? undefined : value,
    );
  watcher.listen((status) => told.push({ at: performance.now(), what: substance(status) }));
  const pauses = () =>
    told.flatMap(({ at, what }, i) => (told[i - 1]?.what === what ? [at - (told[i - 1]?.at ?? 0)] : []));
  await expect.poll(pauses, { timeout: 30_000 }).not.toEqual([]);
  expect(Math.min(...pauses())).toBeGreaterThan(2_000);
  expect(faults).toEqual([]);
}, 40_000);
