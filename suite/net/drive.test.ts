import { expect, test } from "vitest";
import { emptyModel } from "@/contract/network-model";
import { parseTerse } from "@/suite/net/active-connections";
import { transition } from "@/suite/net/change";
import { driveCommands, missingIn } from "@/suite/net/drive";
import { readIfcfgAsKeyfile } from "@/suite/net/existing-files";
import { addMember, createBond, removeMember, setNetwork } from "@/suite/net/model";

const address = { ip: "10.0.0.1", prefixLength: 24, gateway: null };
const grown = addMember(addMember(createBond(emptyModel, "bond0"), "bond0", "p5p1"), "bond0", "p5p2");
const bridged = setNetwork(grown, { base: "bond0", bridge: true, address, mtu: null });
const trunk = setNetwork(bridged, {
  base: "bond0.5",
  bridge: false,
  address: { ...address, ip: "10.5.0.1" },
  mtu: null,
});
const slower = { ...bridged, bonds: bridged.bonds.map((bond) => ({ ...bond, mode: "active-backup" as const })) };

const texts = (commands: string[][]): string[] => commands.map((argv) => argv.join(" "));

test("between two models: what goes, what comes loose, what is made anew", () => {
  expect(transition(emptyModel, bridged)).toEqual({
    removed: [],
    released: [],
    nics: ["p5p1", "p5p2"],
    made: ["bond0", "br_bond0"],
    kept: [],
  });
  expect(transition(bridged, trunk)).toMatchObject({ kept: ["bond0", "br_bond0"] });
  expect(transition(trunk, emptyModel)).toMatchObject({
    removed: ["br_bond0", "bond0.5", "bond0"],
    released: ["p5p1", "p5p2"],
    made: [],
  });
  expect(transition(bridged, removeMember(bridged, "bond0", "p5p2"))).toMatchObject({
    removed: [],
    released: ["p5p2"],
  });
  // The kernel takes no other mode while there are members.
  expect(transition(bridged, slower)).toMatchObject({
    removed: ["bond0"],
    made: ["bond0", "br_bond0"],
    kept: ["br_bond0"],
  });
  expect(texts(driveCommands("networkd", transition(bridged, slower)))).toEqual([
    "ip link delete dev bond0",
    "networkctl reload",
    "networkctl reconfigure p5p1 p5p2",
    "networkctl reconfigure br_bond0",
  ]);
});

test("ports come up before what must not be without them, and connections are forgotten before their devices go", () => {
  const devices = { ...transition(slower, trunk), removed: ["bond9"] };
  const up = (name: string): string => `nmcli --wait 30 connection up zsha-${name}`;
  expect(texts(driveCommands("network-manager", devices))).toEqual([
    "nmcli connection reload",
    "ip link delete dev bond9",
    ...["br_bond0", "bond0", "p5p1", "p5p2", "bond0.5"].map(up),
  ]);
  expect(texts(driveCommands("network-scripts", devices)).filter((text) => text.startsWith("if"))).toEqual([
    ...["p5p1", "p5p2"].map((name) => `ifdown ${name}`),
    ...["br_bond0", "bond0", "p5p1", "p5p2", "bond0.5"].map((name) => `ifup ${name}`),
  ]);
  expect(texts(driveCommands("ifupdown", devices)).filter((text) => text.startsWith("ifup"))).toEqual(
    ["p5p1", "p5p2", "bond0", "bond0.5", "br_bond0"].map((name) => `ifup --force ${name}`),
  );
});

test("what a node's devices lack of what is wanted, with and without their addresses", () => {
  const seen = (name: string, more: { up?: boolean; mtu?: number; master?: string; addresses?: string[] } = {}) => ({
    ...{ name, up: true, mtu: 1500, master: null, addresses: [] },
    ...more,
  });
  const cards = [seen("p5p1", { master: "bond0" }), seen("p5p2", { master: "bond0" })];
  const bond = seen("bond0", { master: "br_bond0" });
  const bridge = seen("br_bond0", { addresses: ["10.0.0.1/24"] });
  expect(missingIn(bridged, [...cards, bond, bridge])).toEqual([]);
  expect(missingIn(bridged, [...cards, bond, { ...bridge, addresses: ["10.0.0.1/16"] }])).toEqual([
    "br_bond0 lacks 10.0.0.1/24",
  ]);
  expect(missingIn(bridged, [...cards, bond, { ...bridge, addresses: [] }], { addresses: false })).toEqual([]);
  expect(missingIn(bridged, [...cards, bond, { ...bridge, up: false }])).toEqual(["br_bond0 is down"]);
  expect(missingIn(bridged, [...cards, seen("bond0"), bridge])).toEqual(["bond0 is not in br_bond0"]);
  expect(missingIn(bridged, [seen("p5p1"), bond, bridge])).toEqual(["p5p1 is not in bond0", "p5p2 is not in bond0"]);
  const jumbo = setNetwork(bridged, { base: "bond0", bridge: true, address, mtu: 9000 });
  expect(missingIn(jumbo, [...cards, bond, bridge])).toEqual(["br_bond0 has MTU 1500 instead of 9000"]);
  expect(missingIn(bridged, cards)).toEqual(["br_bond0 is not there"]);
});

test("nmcli's terse fields may hold colons", () => {
  expect(parseTerse("eth0:/etc/a\\:b.nmconnection\nlo:\n")).toEqual([
    ["eth0", "/etc/a:b.nmconnection"],
    ["lo", ""],
  ]);
});

test("NetworkManager's profiles in ifcfg files: name service goes on in the keyfile's words", () => {
  const text = 'DEVICE=eth0\nDNS1="10.0.0.53"\nDNS2=10.0.0.54\nDOMAIN="a.example b.example"\nZONE=trusted\n';
  expect(readIfcfgAsKeyfile(text)).toEqual({
    inherited: ["dns=10.0.0.53;10.0.0.54;", "dns-search=a.example;b.example;"],
    notUnderstood: ["ZONE=trusted"],
  });
});
