import { expect, test } from "vitest";
import type { OwnerRecord } from "@/contract/consul-keys";
import { consulKeys } from "@/contract/consul-keys";
import type { HaConfig } from "@/contract/ha-config";
import type { KvEntry, TxnResult, TxnVerb } from "@/suite/consul/consul-client";
import { startVm, type StartContext } from "@/suite/daemon/start-vm";

const config: HaConfig = {
  Node: ["10.0.0.1 ceph-1", "10.0.0.2 ceph-2"],
  MemorySizeInGB: 8,
  CPU: 4,
  Type: "CephConf",
  MonAddrs: ["10.0.0.1:6789"],
  ChronyServers: [],
  PoolName: "zstack",
  ImageFolder: "/storage/",
  DNS: [],
  Network: [],
  ConsoleProxyOverriddenIP: "",
  AllowResetRootPassword: false,
};
const owner: OwnerRecord = {
  node: "ceph-1",
  epoch: 7,
  domainUuid: "1c81b835-5a7f-4aa3-a768-d0df1ca78d37",
  phase: "starting",
  startId: "7@ceph-1",
  clientAddress: null,
  at: "2026-01-01T00:00:00.000Z",
};
const deed = { epoch: 7, startId: "7@ceph-1", not: ["10.0.0.2:0/1"] };
const own = "10.0.0.1:0/42";

interface Keys {
  session: string | null;
  epoch: number;
  want: "started" | "stopped";
  configIndex: number;
}

/** One host and one Consul. `whileOpening`: what happens to the keys while QEMU opens the image. */
function scripted(script: { whileOpening?: Partial<Keys>; address?: string | null; written?: TxnResult } = {}) {
  const keys: Keys = { session: "mine", epoch: 7, want: "started", configIndex: 3 };
  const acts: string[] = [];
  const written: TxnVerb[][] = [];
  const entry = (key: string, value: unknown, modifyIndex: number, session: string | null = null): KvEntry => ({
    key,
    value: typeof value === "string" ? value : JSON.stringify(value),
    modifyIndex,
    session,
  });
  const act = (what: string): Promise<{ result: "done" }> => {
    acts.push(what);
    return Promise.resolve({ result: "done" });
  };
  const context: StartContext = {
    consul: {
      read: () =>
        Promise.resolve({
          kind: "entries",
          index: 9,
          entries: [
            entry(consulKeys.owner, owner, 8, keys.session),
            entry(consulKeys.epoch, String(keys.epoch), 5),
            entry(consulKeys.intent, { want: keys.want, generation: 1, actor: "operator", at: "" }, 4),
            entry(consulKeys.config, config, keys.configIndex),
          ],
        }),
      transact(verbs) {
        acts.push("record");
        written.push([...verbs]);
        return Promise.resolve(script.written ?? { kind: "done" });
      },
    },
    machine: {
      createPaused(_config, mark) {
        Object.assign(keys, script.whileOpening);
        return act(`create paused, configuration ${mark.configVersion}`);
      },
      resume: () => act("resume"),
      destroy: () => act("destroy"),
    },
    store: () => ({
      ownAddress: () => Promise.resolve({ ok: true, value: script.address === undefined ? own : script.address }),
    }),
    config: () => ({ value: config, version: 1 }),
    session: () => "mine",
    checkLease: () => void acts.push("check lease"),
    wallClock: () => new Date("2026-01-01T00:00:05.000Z"),
  };
  return { context, keys, acts, written };
}

test("the vCPUs run only after the storage address is on record, under lock and epoch", async () => {
  const { context, acts, written } = scripted();
  expect(await startVm(context, deed)).toEqual({ result: "done", address: own });
  expect(acts).toEqual(["create paused, configuration 3", "record", "resume"]);
  const line: OwnerRecord = { ...owner, clientAddress: own, at: "2026-01-01T00:00:05.000Z" };
  expect(written).toEqual([
    [
      { verb: "check-index", key: consulKeys.epoch, index: 5 },
      { verb: "lock", key: consulKeys.owner, value: JSON.stringify(line), session: "mine" },
    ],
  ]);
});

test.each([
  ["another session holds the lock", { session: "theirs" }, "the lock is no longer held by this node"],
  ["a newer epoch", { epoch: 8 }, "epoch 8 is the newest"],
  ["the intent became stopped", { want: "stopped" }, "the intent is no longer started"],
] as const)("%s before the start: nothing is created", async (_what, change, because) => {
  const { context, keys, acts } = scripted();
  Object.assign(keys, change);
  expect(await startVm(context, deed)).toMatchObject({ result: "failed", refused: true, because: { text: because } });
  expect(acts).toEqual([]);
});

test.each([
  ["the lock was lost", { session: null }, "the lock is no longer held by this node"],
  ["another node took an epoch", { epoch: 8 }, "epoch 8 is the newest"],
  ["the intent became stopped", { want: "stopped" }, "the intent is no longer started"],
  ["the configuration changed", { configIndex: 11 }, "the configuration changed while QEMU started"],
] as const)("%s while QEMU opened the image: destroyed without having run", async (_what, whileOpening, because) => {
  const { context, acts } = scripted({ whileOpening });
  expect(await startVm(context, deed)).toMatchObject({ result: "failed", refused: true, because: { text: because } });
  expect(acts).toEqual(["create paused, configuration 3", "destroy"]);
});

test("a refused record is no record: destroyed, and the lease is asked for at once", async () => {
  const { context, acts } = scripted({ written: { kind: "refused", because: "invalid session" } });
  expect(await startVm(context, deed)).toMatchObject({ result: "failed", refused: true });
  expect(acts).toEqual(["create paused, configuration 3", "record", "check lease", "destroy"]);
});

test("an address that cannot be told apart is never let run", async () => {
  const { context, acts, written } = scripted({ address: null });
  expect(await startVm(context, deed)).toMatchObject({ result: "failed", refused: false });
  expect(acts).toEqual(["create paused, configuration 3", "destroy"]);
  expect(written).toEqual([]);
});
