import { expect, test } from "vitest";
import { emptyModel, type NetworkModel, vlanOf } from "@/contract/network-model";
import { planChange } from "@/suite/net/change";
import { linkFixture } from "@/suite/net/link-fixture";
import { addMember, createBond, deleteBond, deleteNetwork, devicesOf, setNetwork } from "@/suite/net/model";
import type { Rendered } from "@/suite/net/rendering";
import { renderIfupdown } from "@/suite/net/ifupdown-files";
import { renderNetworkManager } from "@/suite/net/network-manager-files";
import { renderNetworkScripts } from "@/suite/net/network-scripts-files";
import { renderNetworkd } from "@/suite/net/networkd-files";

const links = { mac: new Map([["em1", "02:00:00:00:00:01"]]), inherited: new Map<string, string[]>() };
const address = { ip: "10.0.5.1", prefixLength: 24, gateway: null };
const bond = addMember(createBond(emptyModel, "bond2"), "bond2", "em1");
/** A trunk: nothing on the bond itself, VLAN 100 under a bridge for guests, VLAN 5 with an address of the node. */
const trunk = setNetwork(setNetwork(bond, { base: "bond2.100", bridge: true, address: null, mtu: 9000 }), {
  base: "bond2.5",
  bridge: false,
  address,
  mtu: null,
});
const onNic = setNetwork(emptyModel, { base: "em1.7", bridge: false, address, mtu: null });

test("a VLAN is named after what it sits on", () => {
  expect(vlanOf("bond2.100")).toEqual({ parent: "bond2", id: 100 });
  for (const name of ["bond2", "bond2.", "bond2.0", "bond2.4095", "bond2.01", ".5"]) expect(vlanOf(name)).toBeNull();
  expect(devicesOf(trunk)).toEqual({ nics: ["em1"], made: ["bond2", "bond2.100", "bond2.5", "br_bond2_100"] });
  expect(devicesOf(onNic)).toEqual({ nics: ["em1"], made: ["em1.7"] });
});

test("what a VLAN sits on is looked after", () => {
  expect(() => setNetwork(bond, { base: "em1.7", bridge: false, address, mtu: null })).toThrow(
    "em1 is a member of bond2; the address belongs on bond2",
  );
  expect(() => addMember(createBond(onNic, "bond2"), "bond2", "em1")).toThrow("em1.7 is a VLAN on em1");
  const small = setNetwork(bond, { base: "bond2", bridge: false, address: null, mtu: 1500 });
  expect(() => setNetwork(small, { base: "bond2.9", bridge: false, address, mtu: 9000 })).toThrow(
    "bond2.9 cannot have MTU 9000: bond2 below it has 1500",
  );
  expect(deleteBond(trunk, "bond2")).toEqual(emptyModel);
  expect(deleteNetwork(deleteNetwork(trunk, "bond2.100"), "bond2.5")).toEqual(bond);
  expect(() => deleteNetwork(bond, "bond2.5")).toThrow("there is no network on bond2.5");
});

test("a VLAN somebody else made keeps its NIC out of a bond", () => {
  const view = {
    stack: "networkd",
    links: [linkFixture("em1"), linkFixture("em1.3", { kind: "vlan", on: "em1" })],
    model: emptyModel,
    files: new Map<string, string>(),
    networkFiles: new Map<string, string>(),
  } as const;
  expect(() => planChange(view, bond)).toThrow("em1.3 sits on em1 and was not made by this program");
});

const ending = (files: Rendered, end: string): string =>
  [...files].find(([path]) => path.endsWith(end))?.[1] ?? `no file ends with ${end}`;

test("systemd-networkd", () => {
  const files = renderNetworkd(trunk, links);
  expect(ending(files, "-bond2.network")).toContain(
    "[Link]\nMTUBytes=9000\n\n[Network]\nVLAN=bond2.100\nVLAN=bond2.5\nLinkLocalAddressing=no",
  );
  expect(ending(files, "-bond2.100.netdev")).toContain("[NetDev]\nName=bond2.100\nKind=vlan\n\n[VLAN]\nId=100\n");
  expect(ending(files, "-bond2.100.network")).toContain("Bridge=br_bond2_100");
  expect(ending(files, "-bond2.5.network")).toContain("Address=10.0.5.1/24");
  expect(ending(renderNetworkd(onNic, links), "-em1.network")).toContain("[Network]\nVLAN=em1.7\n");
});

test("NetworkManager", () => {
  const files = renderNetworkManager(trunk, links);
  expect(ending(files, "-bond2.100.nmconnection")).toContain(
    "type=vlan\ninterface-name=bond2.100\nautoconnect-priority=100\nmaster=br_bond2_100\nslave-type=bridge\n\n[vlan]\nid=100\nparent=bond2\n",
  );
  expect(ending(files, "-bond2.nmconnection")).toContain(
    "[ethernet]\ncloned-mac-address=02:00:00:00:00:01\nmtu=9000\n\n[ipv4]\nmethod=disabled",
  );
  expect(ending(files, "-bond2.5.nmconnection")).toContain("address1=10.0.5.1/24");
  expect(ending(renderNetworkManager(onNic, links), "-em1.nmconnection")).toContain("type=ethernet");
});

test("network-scripts", () => {
  const files = renderNetworkScripts(trunk, links);
  expect(ending(files, "/ifcfg-bond2.100")).toBe(
    "DEVICE=bond2.100\nTYPE=Vlan\nONBOOT=yes\nBOOTPROTO=none\nVLAN=yes\nPHYSDEV=bond2\nBRIDGE=br_bond2_100\nMTU=9000\nNM_CONTROLLED=no\n",
  );
  expect(ending(files, "/ifcfg-bond2")).toContain("MTU=9000");
  expect(ending(renderNetworkScripts(onNic, links), "/ifcfg-em1")).toContain("TYPE=Ethernet\nONBOOT=yes");
});

test("ifupdown", () => {
  const text = (model: NetworkModel): string => ending(renderIfupdown(model, links, ""), "interfaces.d/zsha");
  expect(text(trunk)).toContain(
    `auto bond2.5
iface bond2.5 inet static
    address 10.0.5.1
    netmask 255.255.255.0
    pre-up test -e /sys/class/net/bond2.5 || ip link add link bond2 name bond2.5 type vlan id 5
    up ip link set dev bond2.5 up
    post-down ip link del dev bond2.5 || true
`,
  );
  expect(text(trunk)).toContain("    pre-up ip link set dev bond2.100 master br_bond2_100\n");
  expect(text(onNic)).toContain("auto em1\niface em1 inet manual\n    up ip link set dev em1 up\n");
});
