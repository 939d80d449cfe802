import { expect, test } from "vitest";
import type { RunCommand } from "@/suite/ceph/ceph-cli";
import { blocklistSeconds, CephCli, parseCephJson } from "@/suite/ceph/ceph-cli";
import { fenceImage, hostOfAddress, ownAddress } from "@/suite/ceph/fence";

/** A pool whose watchers leave when they are blocklisted, as real ones do. */
function scriptedCeph(watchers: string[], options: { hangList?: boolean; monDown?: boolean } = {}) {
  const calls: string[] = [];
  const blocked = new Set<string>();
  const run: RunCommand = (argv) => {
    const line = argv.filter((word) => word !== "--id" && word !== "zsha").join(" ");
    calls.push(line);
    const answer = (stdout: string) => ({ kind: "exited", code: 0, stdout, stderr: "", seconds: 0.1 }) as const;
    if (options.monDown && line.includes("blocklist add"))
      return Promise.resolve({ kind: "timed-out", stdout: "", stderr: "", seconds: 20 });
    if (line.includes("blocklist add")) blocked.add(argv[6] ?? "");
    if (line.startsWith("rbd status")) {
      if (options.hangList) return Promise.resolve({ kind: "timed-out", stdout: "", stderr: "", seconds: 6 });
      const left = watchers.filter((address) => !blocked.has(address));
      return Promise.resolve(answer(JSON.stringify({ watchers: left.map((address) => ({ address })) })));
    }
    if (line.startsWith("rbd lock ls")) return Promise.resolve(answer("[]"));
    if (line.startsWith("ceph osd tree")) {
      const nodes = [{ id: -3, name: "ceph-1", type: "host", children: [2, 0] }];
      return Promise.resolve(answer(JSON.stringify({ nodes })));
    }
    return Promise.resolve(answer(""));
  };
  return { ceph: new CephCli(run, "client.zsha", "zstack", "mnvm.img"), calls };
}

test("the recorded address is fenced before anything is read, for ten years", async () => {
  const { ceph, calls } = scriptedCeph(["10.0.0.1:0/7", "10.0.0.2:0/9"]);
  const result = await fenceImage(ceph, { first: ["10.0.0.1:0/7"], spare: null, markDown: "ceph-1" });
  expect(result).toEqual({ ok: true, value: ["10.0.0.1:0/7", "10.0.0.2:0/9"] });
  const listed = calls.findIndex((line) => line.startsWith("rbd "));
  expect(calls.slice(0, listed).toSorted()).toEqual([
    `ceph osd blocklist add 10.0.0.1:0/7 ${blocklistSeconds}`,
    "ceph osd down 2 0",
    "ceph osd tree --format json",
  ]);
});

test("an opener that nobody had announced is told before it is fenced, a recorded one is not told again", async () => {
  const { ceph, calls } = scriptedCeph(["10.0.0.1:0/7", "10.0.0.2:0/9"]);
  const found: { addresses: readonly string[]; fencedBefore: boolean }[] = [];
  const onFound = (addresses: readonly string[]): Promise<void> => {
    found.push({ addresses, fencedBefore: calls.some((line) => line.includes("add 10.0.0.2:0/9")) });
    return Promise.resolve();
  };
  const result = await fenceImage(ceph, { first: ["10.0.0.1:0/7"], spare: null, markDown: null, onFound });
  expect(result).toEqual({ ok: true, value: ["10.0.0.1:0/7", "10.0.0.2:0/9"] });
  expect(found).toEqual([{ addresses: ["10.0.0.2:0/9"], fencedBefore: false }]);
});

test("the own living QEMU is spared", async () => {
  const { ceph, calls } = scriptedCeph(["10.0.0.1:0/7", "10.0.0.2:0/9"]);
  const result = await fenceImage(ceph, { first: [], spare: "10.0.0.1:0/7", markDown: null });
  expect(result).toEqual({ ok: true, value: ["10.0.0.2:0/9"] });
  expect(calls.join("\n")).not.toContain("add 10.0.0.1:0/7");
});

test("no answer is no fence: neither a silent monitor nor a hanging listing passes for done", async () => {
  const silent = scriptedCeph([], { monDown: true });
  expect((await fenceImage(silent.ceph, { first: ["10.0.0.1:0/7"], spare: null, markDown: null })).ok).toBe(false);
  const hanging = scriptedCeph([], { hangList: true });
  expect((await fenceImage(hanging.ceph, { first: [], spare: null, markDown: null })).ok).toBe(false);
});

test("the own client is told apart by node, by history, then by the lock", () => {
  const local = new Set(["10.0.0.1", "fd00::1"]);
  expect(ownAddress(["10.0.0.1:0/7", "10.0.0.2:0/9"], [], local, [])).toBe("10.0.0.1:0/7");
  expect(ownAddress(["10.0.0.1:0/7", "10.0.0.1:0/8"], [], local, ["10.0.0.1:0/7"])).toBe("10.0.0.1:0/8");
  expect(ownAddress(["10.0.0.1:0/7", "10.0.0.1:0/8"], ["10.0.0.1:0/8"], local, [])).toBe("10.0.0.1:0/8");
  expect(ownAddress(["10.0.0.1:0/7", "10.0.0.1:0/8"], [], local, [])).toBeNull();
  expect(hostOfAddress("[fd00::1]:0/5")).toBe("fd00::1");
});

test("the blocklist of Ceph 16 is read although a second, empty answer follows it", () => {
  expect(parseCephJson('\n[{"addr":"10.0.0.1:0/7","until":"2036"}][]')).toEqual([
    { addr: "10.0.0.1:0/7", until: "2036" },
  ]);
  expect(parseCephJson("[]")).toEqual([]);
  expect(parseCephJson("Error EACCES")).toBeNull();
});
