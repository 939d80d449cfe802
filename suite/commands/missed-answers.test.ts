import { expect, test } from "vitest";
import {
  consulKeys,
  intentRecordSchema,
  type NodeRecord,
  type OperationRecord,
  operationRecordSchema,
  type OwnerRecord,
} from "@/contract/consul-keys";
import { type ClusterAccess, setIntent } from "@/suite/commands/cluster-access";
import { migrateVm } from "@/suite/commands/migrate";
import { ConsulClient, type KvEntry, type ReadResult, type TxnResult } from "@/suite/consul/consul-client";

const at = "2026-11-22T10:00:00.000Z";
const unanswered = { kind: "unknown", because: "Consul on this node: no answer within 2.5 s" } as const;

/** Keys as a leader has them; answers get lost when told to. */
class ForgetfulConsul extends ConsulClient {
  readonly #keys = new Map<string, KvEntry>();
  #index = 10;
  /** Reads that are not answered, from now on. */
  silentReads = 0;
  /** Of the writes from now on: done without an answer, or lost on their way. */
  fates: ("unheard" | "lost")[] = [];
  /** What others do between two reads. */
  onRead: () => void = () => undefined;

  constructor() {
    super("token");
  }

  set(key: string, value: unknown, session: string | null = null): void {
    this.#index += 1;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    this.#keys.set(key, { key, value: text, modifyIndex: this.#index, session });
  }

  get operation(): OperationRecord {
    return operationRecordSchema.parse(JSON.parse(this.#keys.get(consulKeys.operation)?.value ?? "null"));
  }

  get intent() {
    return intentRecordSchema.parse(JSON.parse(this.#keys.get(consulKeys.intent)?.value ?? "null"));
  }

  override async read(): Promise<ReadResult> {
    if (this.silentReads > 0) {
      this.silentReads -= 1;
      return unanswered;
    }
    this.onRead();
    return { kind: "entries", entries: [...this.#keys.values()], index: this.#index };
  }

  override async put(key: string, value: string, index?: number): Promise<TxnResult> {
    const fate = this.fates.shift();
    if (fate === "lost") return unanswered;
    if ((this.#keys.get(key)?.modifyIndex ?? 0) !== index) return { kind: "refused", because: "overtaken" };
    this.set(key, value);
    return fate === "unheard" ? unanswered : { kind: "done" };
  }
}

const owner = (node: string): OwnerRecord => ({
  node,
  epoch: 3,
  domainUuid: "u",
  phase: "running",
  startId: "s",
  clientAddress: null,
  at,
});
const peer = (name: string, domain: NodeRecord["domain"]): NodeRecord => ({
  name,
  ip: name === "ceph-1" ? "10.0.0.1" : "10.0.0.2",
  suiteVersion: "1",
  bootId: "b",
  domain,
  storageCanary: "ok",
  eligible: true,
  ineligibleBecause: [],
  at,
});

/** ceph-1 runs the VM, and hands it over at once when it sees the order. */
function scene() {
  const consul = new ForgetfulConsul();
  consul.set(consulKeys.owner, owner("ceph-1"), "session-1");
  consul.set(`${consulKeys.nodePrefix}ceph-1`, peer("ceph-1", "running"), "session-1");
  consul.set(`${consulKeys.nodePrefix}ceph-2`, peer("ceph-2", "stopped"), "session-2");
  let now = Date.parse(at);
  const nodes = ["ceph-1", "ceph-2"].map((name, place) => ({ name, ip: `10.0.0.${place + 1}` }));
  const access: ClusterAccess = {
    cluster: { node: "ceph-2", nodes } as unknown as ClusterAccess["cluster"],
    consul,
    wallClock: () => new Date(now),
    sleep: async (ms) => {
      now += ms;
    },
  };
  const handOver = (): void => {
    consul.onRead = () => undefined;
    consul.set(consulKeys.operation, { ...consul.operation, phase: "done", percent: 100 });
    consul.set(consulKeys.owner, owner("ceph-2"), "session-2");
    consul.set(`${consulKeys.nodePrefix}ceph-2`, peer("ceph-2", "running"), "session-2");
  };
  const migrate = () => migrateVm(access, "ceph-2", "ann", { say: () => undefined, progress: () => undefined });
  return { consul, access, handOver, migrate };
}

test("a migration whose progress cannot be read for a while is followed to its end", async () => {
  const { consul, handOver, migrate } = scene();
  let reads = 0;
  consul.onRead = () => {
    reads += 1;
    if (reads === 2) consul.silentReads = 8;
    if (reads === 3) handOver();
  };
  expect(await migrate()).toEqual({ from: "ceph-1", to: "ceph-2" });
  expect(reads).toBeGreaterThanOrEqual(3);
});

test("an order to migrate whose answer was lost is followed, also when others have gone on with it", async () => {
  const { consul, handOver, migrate } = scene();
  consul.fates = ["unheard"];
  let reads = 0;
  consul.onRead = () => {
    reads += 1;
    if (reads === 2) handOver();
  };
  expect(await migrate()).toEqual({ from: "ceph-1", to: "ceph-2" });
});

test("an order that was lost on its way is sent again; one that never arrives is called unknown, not refused", async () => {
  const { consul, handOver, migrate } = scene();
  consul.fates = ["lost", "lost"];
  let reads = 0;
  consul.onRead = () => {
    reads += 1;
    if (reads === 4) handOver();
  };
  expect(await migrate()).toEqual({ from: "ceph-1", to: "ceph-2" });

  const never = scene();
  never.consul.fates = ["lost", "lost", "lost"];
  await expect(never.migrate()).rejects.toMatchObject({ code: "command-outcome-unknown" });
});

test("without a majority a command says so after half a minute", async () => {
  const { consul, access, migrate } = scene();
  consul.silentReads = 1_000;
  const began = access.wallClock().getTime();
  await expect(migrate()).rejects.toMatchObject({ code: "consul-unreachable" });
  expect(access.wallClock().getTime() - began).toBe(30_000);
});

test("whether the VM shall run is written once, whichever answers are lost", async () => {
  for (const fates of [[], ["unheard"], ["lost"], ["lost", "unheard"]] as ForgetfulConsul["fates"][]) {
    const { consul, access } = scene();
    consul.set(consulKeys.intent, { want: "started", generation: 6, actor: "bob", at });
    consul.fates = [...fates];
    await setIntent(access, "stopped", "ann");
    expect(consul.intent, fates.join(" ")).toMatchObject({ want: "stopped", generation: 7, actor: "ann" });
  }
});

test("whoever is overtaken by another order is told so", async () => {
  const { consul, access } = scene();
  consul.set(consulKeys.intent, { want: "started", generation: 6, actor: "bob", at });
  consul.onRead = () => {
    consul.onRead = () => undefined;
    queueMicrotask(() => consul.set(consulKeys.intent, { want: "started", generation: 7, actor: "cy", at }));
  };
  await expect(setIntent(access, "stopped", "ann")).rejects.toMatchObject({ code: "conflict" });
  expect(consul.intent.actor).toBe("cy");
});
