import { expect, test } from "vitest";
import type { OwnerRecord } from "@/contract/consul-keys";
import {
  fencedTransaction,
  fenceKey,
  handOverTransaction,
  reclaimTransaction,
  takeTransaction,
} from "@/suite/consul/transactions";

const record: OwnerRecord = {
  node: "ceph-2",
  epoch: 8,
  domainUuid: "u",
  phase: "taking",
  startId: "8@ceph-2",
  clientAddress: null,
  configVersion: null,
  at: "",
};

test("a take proves the intent, locks, raises the epoch and announces the fence, all in one", () => {
  const fence = { epoch: 8, node: "ceph-2", targets: [], state: "fencing", at: "" } as const;
  const verbs = takeTransaction({
    record,
    session: "s",
    epochIndex: 41,
    intentIndex: 12,
    fence: { ...fence, targets: [] },
  });
  expect(verbs.map((verb) => [verb.verb, verb.key])).toEqual([
    ["check-index", "zsha/intent"],
    ["lock", "zsha/owner"],
    ["cas", "zsha/epoch"],
    ["set", "zsha/fence/00000008"],
  ]);
  expect(verbs[0]).toMatchObject({ index: 12 });
  expect(verbs[2]).toMatchObject({ index: 41, value: "8" });
});

test("a finished fence closes those before it that it made up for, and no other", () => {
  const of = (epoch: number, addresses: readonly string[]) =>
    ({
      epoch,
      node: "ceph-2",
      targets: addresses.map((address) => ({ address, node: null })),
      state: "fencing",
      at: "",
    }) as const;
  const unfinished = [of(5, ["a:0/1"]), of(6, ["a:0/1", "b:0/9"]), of(9, ["a:0/1"])];
  const verbs = fencedTransaction(
    { ...of(8, ["a:0/1", "c:0/3"]), state: "fenced" },
    unfinished.map((one) => ({ ...one, targets: [...one.targets] })),
  );
  expect(verbs.map((verb) => verb.key)).toEqual(["zsha/fence/00000008", "zsha/fence/00000005"]);
  expect(verbs.every((verb) => "value" in verb && verb.value.includes('"state":"fenced"'))).toBe(true);
});

test("a reclaim leaves the epoch alone and is refused when it moved", () => {
  const [check, lock] = reclaimTransaction(record, "s2", 41);
  expect(check).toEqual({ verb: "check-index", key: "zsha/epoch", index: 41 });
  expect(lock).toMatchObject({ verb: "lock", session: "s2" });
});

test("a hand-over unlocks for one session and locks for the other without a gap", () => {
  const operation = {
    id: "1",
    kind: "migrate",
    source: "a",
    target: "b",
    phase: "done",
    percent: 100,
    error: null,
    actor: "x",
    deadline: "",
    at: "",
  } as const;
  const verbs = handOverTransaction({ record, session: "s1", targetSession: "s2", epochIndex: 41, operation });
  expect(verbs.map((verb) => ("session" in verb ? `${verb.verb} ${verb.session}` : verb.verb))).toEqual([
    "unlock s1",
    "lock s2",
    "cas",
    "set",
  ]);
});

test("fence keys sort by epoch", () => {
  expect([fenceKey(10), fenceKey(9)].sort()).toEqual([fenceKey(9), fenceKey(10)]);
});
