import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nodeFactsSchema } from "@/contract/node-facts";
import { say, sentenceText } from "@/contract/sentence";
import { parseFacts } from "@/server/node/parse-facts";

const clock = { clockOffsetMs: 1.5, clockUncertaintyMs: 0.5 };
const at = "2026-11-22T00:00:00.000Z";
const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", `${name}.txt`), "utf8");
const parse = (name: string) => nodeFactsSchema.parse(parseFacts(fixture(name), clock, at));

test("a Debian 12 node of the test cluster", () => {
  const facts = parse("lab-debian-12");
  expect(facts).toMatchObject({
    hostName: "ceph-1",
    os: { id: "debian", versionId: "12", architecture: "x86_64" },
    cpu: { model: "AMD EPYC", sockets: 1, cores: 2, threads: 2 },
    memoryBytes: 24684092 * 1024,
    timeZone: "Etc/UTC",
    defaultGateway: "10.77.2.1",
    packageManager: "apt",
    networkStack: ["networkd"],
    kvmUsable: false,
    bondingAvailable: false,
    membership: { consul: true, ceph: null, suite: "App Version: 0.1.0", clusterNodes: ["ceph-1", "ceph-2", "ceph-3"] },
  });
  expect(
    facts.nics.map(({ name, kind, carrier, adminUp, speedMbps }) => [name, kind, carrier, adminUp, speedMbps]),
  ).toEqual([
    ["em1", "physical", null, false, null],
    ["eth0", "physical", true, true, 10000],
    ["p5p1", "physical", true, true, 10000],
  ]);
  expect(facts.nics[2]?.addresses).toEqual([{ ip: "10.77.1.11", prefixLength: 24 }]);
  expect(facts.disks).toEqual([
    {
      path: "/dev/loop0",
      sizeBytes: 8 * 1024 ** 3,
      rotational: true,
      model: "/var/lib/trivet-lab/disks/ceph-1-1.img",
      serial: null,
      inUseBecause: [say("disk-carries", { signature: "ceph_bluestore" })],
    },
  ]);
  expect(facts.tools).toMatchObject({
    consul: "Consul v1.8.7",
    virsh: "9.0.0",
    systemd: expect.stringContaining("252"),
  });
  expect(facts.mounts.map(({ target }) => target)).toContain("/");
  expect(facts.hostsFile).toContain("10.77.2.12 ceph-2");
});

test("a CentOS 7 server with bonds, VLANs and disks in every state", () => {
  const facts = parse("rhel-7");
  expect(facts.os).toMatchObject({ id: "centos", versionId: "7.9.2009", prettyName: "CentOS Linux 7 (Core)" });
  expect(facts.cpu).toMatchObject({ sockets: 2, cores: 32, virtualization: "vmx" });
  expect(facts.networkStack).toEqual(["network-scripts"]);
  expect(
    Object.fromEntries(facts.nics.map((nic) => [nic.name, [nic.kind, nic.master, nic.speedMbps, nic.carrier]])),
  ).toEqual({
    eno1: ["physical", "bond0", 10000, true],
    eno2: ["physical", "bond0", 10000, true],
    eno3: ["physical", null, null, false],
    eno4: ["physical", null, null, null],
    bond0: ["bond", "br_bond0", 20000, true],
    br_bond0: ["bridge", null, null, true],
    "bond0.30": ["vlan", null, 20000, true],
    virbr0: ["bridge", null, null, false],
  });
  expect(facts.nics.find(({ name }) => name === "bond0.30")?.addresses).toEqual([
    { ip: "172.16.30.5", prefixLength: 16 },
    { ip: "fd00:30::5", prefixLength: 64 },
  ]);
  expect(facts.nics[0]?.mac).toBe("ac:1f:6b:00:00:01");
  expect(Object.fromEntries(facts.disks.map((disk) => [disk.path, disk.inUseBecause.map(sentenceText)]))).toEqual({
    "/dev/sda": ["partition /dev/sda1 mounted at /boot", "partition /dev/sda2 mounted at /", "carries gpt"],
    "/dev/sdb": [],
    "/dev/sdc": ["lvm /dev/mapper/ceph--osd--block with ceph_bluestore", "held by dm-3", "carries LVM2_member"],
    "/dev/sdd": ["its first megabyte is not empty"],
    "/dev/sde": ["used as swap", "carries swap"],
    "/dev/sdf": ["held by md127", "carries linux_raid_member"],
    "/dev/sdh": ["cannot be read"],
  });
  expect(facts.mounts.at(-1)).toMatchObject({
    target: "/mnt/with space",
    source: "10.0.0.1:/export/a b",
    type: "nfs4",
  });
  expect(facts.tools).toMatchObject({ consul: null, nft: "present", systemd: "systemd 219" });
  expect(facts.membership.ceph).toBe("b1c6c4ba-6b0f-4b05-8a40-8b2f3a6e8a10");
});

test("cut output is refused, never half believed", () => {
  const whole = fixture("lab-debian-12");
  const end = whole.lastIndexOf("@@end");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: end }), (length) => {
      expect(() => parseFacts(whole.slice(0, length), clock, at)).toThrow(/incomplete/);
    }),
    { numRuns: 50 },
  );
});
