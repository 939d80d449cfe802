import { XMLParser, XMLValidator } from "fast-xml-parser";
import { expect, test } from "vitest";
import type { HaConfig } from "@/contract/ha-config";
import { domainUuid, domainXml, networkData } from "@/suite/libvirt/domain-xml";

const config: HaConfig = {
  Node: ["10.0.0.1 ceph-1", "10.0.0.2 ceph-2", "10.0.0.3 ceph-3"],
  MemorySizeInGB: 8,
  CPU: 4,
  Type: "CephConf",
  MonAddrs: ["10.0.0.1:6789", "10.0.0.2:6789"],
  ChronyServers: [],
  PoolName: "zstack",
  ImageFolder: "/storage/",
  DNS: ["172.20.0.1", "223.5.5.5"],
  Network: [
    {
      Bridge: "br_zsn0",
      MacAddress: "02:98:54:4B:a5:c0",
      Ipaddr: "172.20.198.24@ceph-1, 172.20.200.24@ceph-2, 172.20.210.24@ceph-3",
      Netmask: "255.255.255.0@ceph-1, 255.255.255.0@ceph-2, 255.255.0.0@ceph-3",
      Gateway: "172.20.198.1@ceph-1, 172.20.200.1@ceph-2, 172.20.210.1@ceph-3",
      IsMgmt: true,
      IsDefRoute: false,
    },
    {
      Bridge: "br_zsn1",
      MacAddress: "f6:75:d8:5d:73:73",
      Ipaddr: "203.0.113.10",
      Netmask: "255.255.255.0",
      Gateway: "203.0.113.1",
      IsMgmt: false,
      IsDefRoute: true,
    },
  ],
  ConsoleProxyOverriddenIP: "",
  AllowResetRootPassword: false,
};
const facts = {
  node: "ceph-3",
  epoch: 7,
  startId: "7@ceph-3",
  configVersion: 41,
  virtType: "qemu",
  cephUser: "client.zsha",
  consoleLog: "/var/log/z/mnvm-console.log",
} as const;

test("the guest gets this node's addresses, its node and its epoch", () => {
  expect(networkData(config, { node: "ceph-3", epoch: 7 })).toBe(
    "zsha:net=02:98:54:4b:a5:c0 172.20.210.24/16;f6:75:d8:5d:73:73 203.0.113.10/24 gw 203.0.113.1;" +
      "dns 172.20.0.1 223.5.5.5;env NODE=ceph-3;env EPOCH=7",
  );
});

test("without a default route marked, the management network has it", () => {
  const [management] = config.Network;
  const single = { ...config, Network: management === undefined ? [] : [management] };
  expect(networkData(single, { node: "ceph-1", epoch: 1 })).toContain("172.20.198.24/24 gw 172.20.198.1");
});

test("a node the per-node list leaves out is an error, not a VM without address", () => {
  expect(() => networkData(config, { node: "ceph-9", epoch: 1 })).toThrow(/no Ipaddr on ceph-9/);
});

test("the domain is what libvirt expects", () => {
  const xml = domainXml({ ...config, PoolName: "zs&<'tack" }, facts);
  expect(XMLValidator.validate(xml)).toBe(true);
  const { domain } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "" }).parse(xml);
  expect(domain).toMatchObject({
    type: "qemu",
    name: "ZStack Management Node VM",
    memory: { unit: "GiB", "#text": 8 },
    vcpu: 4,
    metadata: { "z:zsha": { epoch: "7", start: "7@ceph-3", config: "41" } },
    on_crash: "destroy",
    cpu: { mode: "maximum" },
  });
  expect(domain.devices.disk).toMatchObject({
    driver: { cache: "none", error_policy: "stop", rerror_policy: "stop" },
    source: {
      protocol: "rbd",
      host: [
        { name: "10.0.0.1", port: "6789" },
        { name: "10.0.0.2", port: "6789" },
      ],
    },
    auth: { username: "zsha" },
  });
  expect(domain.devices.graphics.listen).toBe("127.0.0.1");
  expect(domain.devices.interface.map((nic: { source: { bridge: string } }) => nic.source.bridge)).toEqual([
    "br_zsn0",
    "br_zsn1",
  ]);
});

test("the machine's UUID is the same on every node and for every start", () => {
  expect(domainUuid(config)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(domainXml(config, facts)).toContain(domainUuid({ ...config, MemorySizeInGB: 32, DNS: [] }));
});

test("an image in a folder is a file, without Ceph", () => {
  const xml = domainXml({ ...config, Type: "FileConf" }, facts);
  expect(xml).toContain("<source file='/storage/mnvm.img'/>");
  expect(xml).not.toContain("rbd");
});
