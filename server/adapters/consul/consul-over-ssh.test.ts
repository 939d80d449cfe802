import { afterEach, beforeEach, expect, test } from "vitest";
import { ConsulOverSsh } from "@/server/adapters/consul/consul-over-ssh";
import { SshConnections } from "@/server/adapters/ssh/connections";
import { SshHost } from "@/server/adapters/ssh/ssh-host";
import type { ConsulEntry, MembersView } from "@/server/ports/consul-store";
import { type ScriptedCluster, startScriptedCluster } from "@/testing/scripted-cluster/scripted-cluster";
import { ScriptedConsul } from "@/testing/scripted-cluster/scripted-consul";

const names = ["ceph-1", "ceph-2", "ceph-3"];
let consul: ScriptedConsul;
let cluster: ScriptedCluster;
let connections: SshConnections;
let store: ConsulOverSsh;

beforeEach(async () => {
  consul = new ScriptedConsul(
    names.map((name) => ({ name, address: "127.0.0.1" })),
    "suite-token",
  );
  const ports = () => new Map([[8500, consul.port]]);
  const files = { "/token": "suite-token" };
  cluster = await startScriptedCluster({ nodes: names.map((name) => ({ name, files })), ports });
  connections = new SshConnections();
  const hosts = names.map((name) => {
    const { node, port, hostKey } = cluster.node(name);
    const target = {
      node: name,
      address: node.address,
      port,
      user: "root",
      pin: hostKey,
      privateKey: cluster.privateKey,
    };
    return new SshHost(name, connections, () => target);
  });
  store = new ConsulOverSsh({ hosts, readToken: (host) => host.readFile("/token") });
});
afterEach(async () => {
  connections.close();
  await cluster.stop();
});

test("keys are read, written when nobody else was faster, and listed", async () => {
  expect(await store.get("zsha/config")).toBeNull();
  expect(await store.put("zsha/config", "one", 0)).toBe(true);
  expect(await store.put("zsha/config", "two", 0)).toBe(false);
  const entry = await store.get("zsha/config");
  expect(entry).toMatchObject({ value: "one", session: null });
  expect(await store.put("zsha/config", "二", entry?.modifyIndex ?? -1)).toBe(true);
  expect((await store.list("zsha/")).map(({ value }) => value)).toEqual(["二"]);
  expect(await store.list("nothing/")).toEqual([]);
  expect(await store.leader()).toBe("127.0.0.1:8300");
  expect(await store.members()).toHaveLength(3);
});

test("a watch tells every change at once, survives its node dying, and says when nobody answers", async () => {
  const abort = new AbortController();
  const seen: { at: number; entries: ConsulEntry[] }[] = [];
  const states: string[] = [];
  store.watch("zsha/", {
    signal: abort.signal,
    onEntries: (entries) => seen.push({ at: Date.now(), entries }),
    onState: (state) => states.push(state),
  });
  const newest = () => seen.at(-1)?.entries.find(({ key }) => key === "zsha/owner")?.value;
  await expect.poll(() => states.at(-1), { timeout: 5_000 }).toBe("live");
  const changedAt = Date.now();
  consul.put("zsha/owner", "a");
  await expect.poll(newest, { timeout: 2_000, interval: 5 }).toBe("a");
  expect((seen.at(-1)?.at ?? Infinity) - changedAt).toBeLessThan(300);

  await cluster.node("ceph-1").powerOff();
  consul.put("zsha/owner", "b");
  await expect.poll(newest, { timeout: 8_000 }).toBe("b");
  expect(states).not.toContain("unreachable");

  consul.resetIndex();
  consul.put("zsha/owner", "c");
  await expect.poll(newest, { timeout: 8_000 }).toBe("c");

  consul.leader = null;
  consul.put("zsha/owner", "d");
  await cluster.node("ceph-2").powerOff();
  await expect.poll(() => states.at(-1), { timeout: 8_000 }).toBe("unreachable");
  await cluster.node("ceph-2").powerOn();
  consul.leader = "127.0.0.1:8300";
  await expect.poll(newest, { timeout: 8_000 }).toBe("d");
  abort.abort();
}, 40_000);

test("membership and leader are told when they change", async () => {
  const abort = new AbortController();
  let view: MembersView | null = null;
  store.watchMembers({ signal: abort.signal, onMembers: (next) => (view = next), onState: () => {} });
  await expect.poll(() => view?.members.length, { timeout: 5_000 }).toBe(3);
  consul.setMember("ceph-3", "failed");
  const state = () => view?.members.find(({ name }) => name === "ceph-3")?.status;
  await expect.poll(state, { timeout: 1_000, interval: 10 }).toBe("failed");
  abort.abort();
});

test("no leader and no answer are told apart", async () => {
  consul.leader = null;
  await expect(store.get("zsha/config")).rejects.toMatchObject({ code: "consul-no-leader" });
  for (const name of names) await cluster.node(name).powerOff();
  await expect(store.get("zsha/config")).rejects.toMatchObject({ code: "node-unreachable" });
});
