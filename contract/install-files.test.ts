import { expect, test } from "vitest";
import { installFiles, kickstart, preseed, rootPasswordHashPlaceholder } from "@/contract/install-files";

const node = {
  hostName: "ceph-1",
  nic: "eth0",
  ip: "172.20.198.3",
  prefixLength: 24,
  gateway: "172.20.198.1",
  dns: "172.20.0.1",
  systemDisk: "/dev/sda",
};

test("both families get the manual's partitions, zone, name and address", () => {
  const ks = kickstart(node, "Asia/Shanghai");
  expect(ks).toContain("part /boot/efi --fstype=efi --size=500 --ondisk=sda");
  expect(ks).toContain("part /boot --fstype=xfs --size=1024 --ondisk=sda");
  expect(ks).toContain("part swap --fstype=swap --size=32768 --ondisk=sda");
  expect(ks).toContain("part / --fstype=xfs --size=10240 --grow --ondisk=sda");
  expect(ks).toContain("--ip=172.20.198.3 --netmask=255.255.255.0 --gateway=172.20.198.1");
  expect(ks).toContain("timezone Asia/Shanghai --utc");
  const seed = preseed(node, "Asia/Shanghai");
  expect(seed).toContain("500 500 500 free $iflabel{ gpt } method{ efi }");
  expect(seed).toContain("32768 32768 32768 linux-swap");
  expect(seed).toContain("d-i netcfg/get_netmask string 255.255.255.0");
  expect(seed).toContain("d-i time/zone string Asia/Shanghai");
});

test("the password is a placeholder for a hash, only the system disk is touched, and no bond or bridge is made", () => {
  for (const { content } of installFiles({ timeZone: "Asia/Shanghai", nodes: [node] })) {
    expect(content).toContain(rootPasswordHashPlaceholder);
    expect(content).not.toMatch(/bond|br_|sdb/);
  }
  expect(kickstart(node, "UTC")).toContain("ignoredisk --only-use=sda");
});

test("two files per node, named after it", () => {
  const files = installFiles({ timeZone: "UTC", nodes: [node, { ...node, hostName: "ceph-2" }] });
  expect(files.map(({ name }) => name)).toEqual([
    "ceph-1.ks.cfg",
    "ceph-1.preseed.cfg",
    "ceph-2.ks.cfg",
    "ceph-2.preseed.cfg",
  ]);
});

test("a value cannot smuggle a directive into the file", () => {
  expect(() => kickstart({ ...node, hostName: "a\n%post\nrm -rf /" }, "UTC")).toThrow(RangeError);
  expect(() => preseed({ ...node, dns: "1.1.1.1 evil" }, "UTC")).toThrow(RangeError);
});
