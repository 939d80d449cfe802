import { expect, test } from "vitest";
import { sentenceText } from "@/contract/sentence";
import { type Mount, mountOf, whyNoArbiter } from "@/suite/image-lock/mount";

const table = `22 1 0:21 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
40 22 0:35 / /mnt rw - tmpfs tmpfs rw
41 22 0:36 / /storage rw,relatime shared:9 - nfs4 files:/export rw,vers=4.2,hard,local_lock=none,addr=10.0.0.9
42 41 0:37 / /storage/with\\040space rw - xfs /dev/vdb rw
43 22 0:38 / /storage2 rw - cifs //files/x rw
`;

test("a path belongs to the innermost mount, by whole names", () => {
  expect(mountOf(table, "/storage/mnvm.img")).toMatchObject({ id: "41", type: "nfs4", source: "files:/export" });
  expect(mountOf(table, "/storage/with space/mnvm.img")?.type).toBe("xfs");
  expect(mountOf(table, "/storage2")?.type).toBe("cifs");
  expect(mountOf(table, "/storages/x")?.type).toBe("ext4");
  expect(mountOf("", "/storage")).toBeNull();
});

test("of two mounts on one point the newer one covers the other", () => {
  expect(mountOf(`${table}50 41 0:40 / /storage rw - ext4 /dev/vdc rw\n`, "/storage")?.id).toBe("50");
});

const mount = (type: string, ...options: string[]): Mount => ({ id: "1", type, source: "files:/export", options });
const judged = (of: Mount | null, switched: string | null = "N"): string | null => {
  const why = whyNoArbiter("/storage", of, switched);
  return why === null ? null : sentenceText(why);
};

test("NFS 4 is an arbiter, whose server refuses a client that lost its lock", () => {
  expect(judged(mount("nfs4", "vers=4.2", "local_lock=none"))).toBeNull();
  expect(judged(mount("nfs", "vers=4.1"))).toBeNull();
});

test.each([
  ["NFS 3 ties no write to a lock", mount("nfs", "vers=3"), "N", /version 3/],
  ["NFS of an unnamed version", mount("nfs"), "N", /version 3/],
  ["locks that end at the node", mount("nfs4", "vers=4.2", "local_lock=all"), "N", /local_lock=all/],
  ["no locks at all", mount("nfs4", "vers=4.2", "nolock"), "N", /nolock/],
  ["a client that takes lost locks back", mount("nfs4", "vers=4.2"), "Y", /recover_lost_locks/],
  ["a switch nobody can read", mount("nfs4", "vers=4.2"), null, /not readable/],
  ["a file system nobody has tried", mount("fuse.glusterfs"), "N", /fuse\.glusterfs/],
  ["CIFS", mount("cifs"), "N", /cifs/],
  ["no mount", null, "N", /mounts/],
])("%s: no arbiter", (_what, of, switched, why) => {
  expect(judged(of, switched)).toMatch(why);
});

test("a disk of this machine is one for nodes that share its kernel; the probes show whether they do", () => {
  expect(judged(mount("ext4"), null)).toBeNull();
});
