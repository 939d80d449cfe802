import { expect, test } from "vitest";
import { say } from "@/contract/sentence";
import { judgeDisk } from "@/server/steps/deployment/disk-state";

const chosen = {
  node: "ceph-1",
  path: "/dev/sdb",
  sizeBytes: 8_000,
  serial: "S1",
  rotational: true,
  wipeConfirmed: false,
};
const lsblk = (more: object) => ({
  blockdevices: [{ path: "/dev/sdb", size: 8_000, serial: "S1", mountpoints: [null], ...more }],
});
const judge = (more: object, signatures = "") => judgeDisk(chosen, lsblk(more), signatures, "/dev/disk/by-id/s1");

test("an untouched disk is empty and known by its stable name", () => {
  expect(judge({})).toEqual({ kind: "empty", stablePath: "/dev/disk/by-id/s1" });
});

test.each([
  ["another size", { size: 9_000 }],
  ["another serial", { serial: "S2" }],
  ["a mount", { mountpoints: ["/data"] }],
])("a disk with %s is not the one a person chose", (_what, more) => {
  expect(judge(more).kind).toBe("changed");
});

test("partitions and signatures are data", () => {
  expect(judge({ children: [{}] }).kind).toBe("has-data");
  expect(judge({}, "ext4\n")).toMatchObject({ kind: "has-data", because: say("disk-signature", { found: "ext4" }) });
});

test("a disk that is gone is named", () => {
  expect(judgeDisk(chosen, { blockdevices: [] }, "", "/dev/sdb")).toEqual({
    kind: "changed",
    because: say("disk-gone", { disk: "/dev/sdb" }),
  });
});
