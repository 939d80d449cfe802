import { expect, test } from "vitest";
import { parseLldp } from "@/contract/lldp";

const neighbour = (system: string, port: string) => ({
  via: "LLDP",
  chassis: { [system]: { id: { type: "mac", value: "62:14:a3:00:00:01" }, descr: "switch" } },
  port: { id: { type: "ifname", value: port }, ttl: "120" },
});

test("one neighbour is an object, several are a list: both are read", () => {
  const one = { lldp: { interface: { p5p1: neighbour("sw-a", "Eth1/3") } } };
  const several = {
    lldp: { interface: [{ p5p1: neighbour("sw-a", "Eth1/3") }, { p5p2: neighbour("sw-b", "Eth1/3") }] },
  };
  expect(parseLldp(JSON.stringify(one))).toEqual([
    { nic: "p5p1", chassis: "62:14:a3:00:00:01", system: "sw-a", port: "Eth1/3", vlan: null },
  ]);
  expect(parseLldp(JSON.stringify(several)).map(({ nic, system }) => [nic, system])).toEqual([
    ["p5p1", "sw-a"],
    ["p5p2", "sw-b"],
  ]);
});

test("a switch without a name is known by its address, and untagged frames' VLAN is the port's", () => {
  const nameless = {
    ...neighbour("", "7"),
    chassis: { id: { type: "mac", value: "62:14:a3:00:00:09" } },
    vlan: [
      { "vlan-id": "100", pvid: false },
      { "vlan-id": "198", pvid: true, value: "storage" },
    ],
  };
  expect(parseLldp(JSON.stringify({ lldp: { interface: { em1: nameless } } }))).toEqual([
    { nic: "em1", chassis: "62:14:a3:00:00:09", system: null, port: "7", vlan: 198 },
  ]);
});

test("no neighbour, no lldpd and noise are no neighbour", () => {
  for (const text of ["", "{}", '{"lldp":{}}', "lldpcli: unable to connect"]) expect(parseLldp(text)).toEqual([]);
});
