import fc from "fast-check";
import { expect, test } from "vitest";
import { cephConfText, fsidOf, monmapArguments, osdDiskOwnerDropIn } from "@/server/steps/deployment/ceph-config";
import { osdUuid, subnetOf } from "@/server/steps/deployment/ceph-layout";

const fsid = "7eafa8a3-7318-4d93-86fe-4186e1509f15";
const monitors = [
  { name: "ceph-1", ip: "10.77.1.11" },
  { name: "ceph-2", ip: "10.77.1.12" },
];
const conf = cephConfText({
  fsid,
  monitors,
  publicNetwork: "10.77.1.0/24",
  replicas: 3,
  failureDomain: "host",
  osdMemoryTargetMb: 900,
});

test("ceph.conf names every monitor on both protocols and keeps keyrings out of [global]", () => {
  expect(conf).toContain("mon host = [v2:10.77.1.11:3300,v1:10.77.1.11:6789] [v2:10.77.1.12:3300,v1:10.77.1.12:6789]");
  expect(conf).toContain("osd pool default min size = 2");
  expect(conf).toContain("osd memory target = 943718400");
  expect(conf).not.toMatch(/keyring/);
  expect(fsidOf(conf)).toBe(fsid);
  expect(fsidOf("[global]\n")).toBeNull();
});

test("the monitor map is made anew over a half-written one", () => {
  expect(monmapArguments(fsid, monitors, "/x")).toEqual([
    ...["monmaptool", "--create", "--clobber", "--fsid", fsid],
    ...["--addv", "ceph-1", "[v2:10.77.1.11:3300,v1:10.77.1.11:6789]"],
    ...["--addv", "ceph-2", "[v2:10.77.1.12:3300,v1:10.77.1.12:6789]"],
    "/x",
  ]);
});

test("an OSD's UUID is a valid one, the same at each call, another for another disk", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (node, disk) => {
      const uuid = osdUuid(fsid, node, disk);
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(osdUuid(fsid, node, disk)).toBe(uuid);
      expect(osdUuid(fsid, node, `${disk}x`)).not.toBe(uuid);
    }),
  );
});

test("subnets are cut at any prefix length", () => {
  expect(subnetOf("192.168.93.5", 24)).toBe("192.168.93.0/24");
  expect(subnetOf("172.20.213.5", 20)).toBe("172.20.208.0/20");
  expect(subnetOf("10.1.2.3", 32)).toBe("10.1.2.3/32");
});

test("a reboot gives the disk back to ceph before its OSD starts", () => {
  expect(osdDiskOwnerDropIn("/dev/disk/by-id/wwn-1")).toBe(
    "[Service]\nExecStartPre=+/bin/chown ceph:ceph /dev/disk/by-id/wwn-1\n",
  );
});
