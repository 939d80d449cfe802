import { expect, test } from "vitest";
import { bondTable } from "@/suite/net/bond-table";
import { parseLinks } from "@/suite/net/links";
import { shownDevices } from "@/suite/net/show-network";

test("the table has the manual's rows", () => {
  const options = "miimon=100 mode=4 xmit_hash_policy=layer2+3";
  expect(bondTable([{ name: "bond0", members: ["p5p1", "p5p2"], options }]).split("\n")).toEqual([
    "---------------------------------------------------------------------------",
    "| Bond Name | SLAVE(s)      | BONDING_OPTS                                |",
    "---------------------------------------------------------------------------",
    "| bond0     | p5p1          | miimon=100 mode=4 xmit_hash_policy=layer2+3 |",
    "|           | p5p2          |                                             |",
    "---------------------------------------------------------------------------",
  ]);
});

test("links are read from ip, bridges with their ports", () => {
  const text = JSON.stringify([
    {},
    { ifname: "lo", mtu: 65536, flags: ["UP"], operstate: "UNKNOWN" },
    {
      ifname: "eth0",
      address: "02:54:4c:01:00:01",
      mtu: 1500,
      flags: ["UP", "LOWER_UP"],
      operstate: "UP",
      master: "br_eth0",
      linkinfo: { info_kind: "veth" },
    },
    {
      ifname: "br_eth0",
      address: "02:54:4c:01:00:01",
      mtu: 1500,
      flags: ["UP"],
      operstate: "DOWN",
      linkinfo: { info_kind: "bridge" },
      addr_info: [
        { family: "inet", local: "10.77.2.11", prefixlen: 24 },
        { family: "inet6", local: "fe80::1", prefixlen: 64 },
      ],
    },
  ]);
  expect(shownDevices(parseLinks(text))).toEqual([
    { name: "eth0", kind: "nic", ports: [], addresses: [], mtu: 1500, state: "up" },
    { name: "br_eth0", kind: "bridge", ports: ["eth0"], addresses: ["10.77.2.11/24"], mtu: 1500, state: "no-carrier" },
  ]);
});
