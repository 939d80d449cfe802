import { afterEach, beforeEach, expect, test } from "vitest";
import { ConsulOverSsh } from "@/server/adapters/consul/consul-over-ssh";
import type { ConsulEntry, MembersView } from "@/server/ports/consul-store";
import type { ScriptedCluster } from "@/testing/scripted-cluster/scripted-cluster";
import type { ScriptedConsul } from "@/testing/scripted-cluster/scripted-consul";
import {
  type ConsulOnScriptedNodes,
  scriptedNames as names,
  scriptedTokenPath,
  startConsulOnScriptedNodes,
} from "@/testing/scripted-cluster/scripted-hosts";

let nodes: ConsulOnScriptedNodes;
let consul: ScriptedConsul;
let cluster: ScriptedCluster;
let store: ConsulOverSsh;

beforeEach(async () => {
  nodes = await startConsulOnScriptedNodes("suite-token");
  ({ consul, cluster } = nodes);
  store = new ConsulOverSsh({ hosts: nodes.hosts, readToken: (host) => host.readFile(scriptedTokenPath) });
});
afterEach(() => nodes.stop());

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
  const seen: ConsulEntry[][] = [];
  const states: string[] = [];
  store.watch("zsha/", {
    signal: abort.signal,
    onEntries: (entries) => seen.push(entries),
    onState: (state) => states.push(state),
  });
  const newest = () => seen.at(-1)?.find(({ key }) => key === "zsha/owner")?.value;
  await expect.poll(() => states.at(-1), { timeout: 5_000 }).toBe("live");
  consul.put("zsha/owner", "a");
  await expect.poll(newest, { timeout: 2_000 }).toBe("a");

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

test("without a leader the nodes that are left tell who is lost", async () => {
  const abort = new AbortController();
  let view: MembersView | null = null;
  store.watchMembers({ signal: abort.signal, onMembers: (next) => (view = next), onState: () => {} });
  await expect.poll(() => view?.leader, { timeout: 5_000 }).toBe("127.0.0.1:8300");
  consul.leader = null;
  for (const name of ["ceph-1", "ceph-2"]) {
    consul.setMember(name, "failed");
    await cluster.node(name).powerOff();
  }
  await expect
    .poll(() => [view?.leader, view?.members.filter(({ status }) => status === "failed").length], { timeout: 20_000 })
    .toEqual([null, 2]);
  abort.abort();
}, 40_000);

test("no leader and no answer are told apart", async () => {
  consul.leader = null;
  await expect(store.get("zsha/config")).rejects.toMatchObject({ code: "consul-no-leader" });
  for (const name of names) await cluster.node(name).powerOff();
  await expect(store.get("zsha/config")).rejects.toMatchObject({ code: "node-unreachable" });
});

test("a lock is held by one session, survives the node it was taken through, and is free when the session ends", async () => {
  const lock = store.lock("zsha/run");
  expect(await lock.read()).toBeNull();
  const first = await lock.createSession(30);
  const second = await lock.createSession(30);
  expect(await lock.acquire("first", first)).toBe(true);
  expect(await lock.acquire("first again", first)).toBe(true);
  expect(await lock.acquire("second", second)).toBe(false);
  await cluster.node("ceph-1").powerOff();
  expect(await lock.renewSession(first)).toBe(true);
  expect(await lock.read()).toMatchObject({ value: "first again", session: first });
  await lock.destroySession(first);
  expect(await lock.renewSession(first)).toBe(false);
  expect(await lock.read()).toMatchObject({ value: "first again", session: null });
  expect(await lock.acquire("second", second)).toBe(true);
  expect(consul.requests.find((request) => request.includes("session/create"))).toBeDefined();
});
