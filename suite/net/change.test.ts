import { expect, test } from "vitest";
import { emptyModel } from "@/contract/network-model";
import { deviceOn } from "@/contract/network-plan";
import { type NodeView, planChange } from "@/suite/net/change";
import {
  addMember,
  createBond,
  deleteBond,
  devicesOf,
  removeMember,
  setNetwork,
  withNetworks,
} from "@/suite/net/model";
import { chooseStack, countStanzas } from "@/suite/net/stack";
import { linkFixture } from "@/suite/net/link-fixture";

const view = (more: Partial<NodeView> = {}): NodeView => ({
  stack: "networkd",
  links: [linkFixture("lo"), linkFixture("eth0", { addresses: ["10.0.0.1/24"] }), linkFixture("p5p1")],
  model: emptyModel,
  files: new Map(),
  networkFiles: new Map(),
  ...more,
});
const address = { ip: "10.0.0.1", prefixLength: 24, gateway: "10.0.0.254" };
const bridged = setNetwork(emptyModel, { base: "eth0", bridge: true, address, mtu: null });

test("a second time nothing is to be done", () => {
  const first = planChange(view(), bridged);
  expect(first.changed).toBe(true);
  const files = new Map(first.files.flatMap((file) => (file.after === null ? [] : [[file.path, file.after] as const])));
  const links = [linkFixture("eth0", { master: "br_eth0" }), linkFixture("br_eth0", { kind: "bridge" })];
  expect(planChange(view({ files, model: bridged, links }), bridged)).toMatchObject({
    changed: false,
    files: [],
    removed: [],
  });
});

test("a bond that carries another member's MAC is no change", () => {
  const bond = addMember(addMember(createBond(emptyModel, "bond0"), "bond0", "eth0"), "bond0", "p5p1");
  const wanted = setNetwork(bond, { base: "bond0", bridge: true, address, mtu: null });
  const first = planChange(view({ stack: "network-manager" }), wanted);
  const files = new Map(first.files.flatMap((file) => (file.after === null ? [] : [[file.path, file.after] as const])));
  const member = { mac: "02:00:00:00:00:99", master: "bond0" };
  const links = [
    linkFixture("eth0", { ...member, permanentMac: "02:00:00:00:00:01" }),
    linkFixture("p5p1", { ...member, permanentMac: "02:00:00:00:00:99" }),
  ];
  const again = planChange(view({ stack: "network-manager", files, model: wanted, links }), wanted);
  expect(again.files).toEqual([]);
});

test("an address that stays on another interface is refused, one that moves with its interface is not", () => {
  const twice = setNetwork(emptyModel, { base: "p5p1", bridge: true, address, mtu: null });
  expect(() => planChange(view(), twice)).toThrow("10.0.0.1 is on eth0, which this change leaves as it is");
  expect(planChange(view(), bridged).changed).toBe(true);
  const bond = addMember(createBond(emptyModel, "bond0"), "bond0", "eth0");
  const moved = setNetwork(bond, { base: "bond0", bridge: true, address, mtu: null });
  expect(planChange(view(), moved).changed).toBe(true);
});

test("taking a network away removes its files and devices", () => {
  const first = planChange(view(), bridged);
  const files = new Map(first.files.flatMap((file) => (file.after === null ? [] : [[file.path, file.after] as const])));
  const back = planChange(
    view({ files, model: bridged, links: [linkFixture("eth0", { master: "br_eth0" })] }),
    emptyModel,
  );
  expect(back.removed).toEqual(["br_eth0"]);
  expect(back.nics).toEqual(["eth0"]);
  expect(back.files.filter((file) => file.after === null)).toHaveLength(3);
});

test("what it does not understand is refused, and why", () => {
  const wish = (base: string) => setNetwork(emptyModel, { base, bridge: true, address: null, mtu: null });
  expect(() => planChange(view(), wish("eth7"))).toThrow("there is no interface eth7 on this node");
  expect(() => planChange(view({ links: [linkFixture("eth0", { master: "team0" })] }), wish("eth0"))).toThrow(
    "belongs to team0",
  );
  expect(() => planChange(view({ links: [linkFixture("eth0", { kind: "vlan" })] }), wish("eth0"))).toThrow(
    "eth0 is a vlan",
  );
  expect(() =>
    planChange(view({ links: [linkFixture("eth0"), linkFixture("br_eth0", { kind: "bridge" })] }), wish("eth0")),
  ).toThrow("br_eth0 is there already");
  const files = new Map([["/etc/systemd/network/10-eth0.network", "[Match]\nName=eth0\n[Network]\nVLAN=v5\n"]]);
  const networkFiles = new Map([["eth0", "/etc/systemd/network/10-eth0.network"]]);
  expect(() => planChange(view({ files, networkFiles }), wish("eth0"))).toThrow("[network] VLAN=v5");
});

test("bonds: one NIC in one bond, the address above the bond", () => {
  const bond = addMember(createBond(emptyModel, "bond0"), "bond0", "p5p1");
  expect(() => createBond(bond, "bond0")).toThrow("bond0 exists already");
  expect(() => addMember(bond, "bond0", "p5p1")).toThrow("a member of bond0 already");
  expect(() => addMember(createBond(bond, "bond1"), "bond1", "p5p1")).toThrow("p5p1 is a member of bond0");
  expect(() => addMember(emptyModel, "bond9", "p5p1")).toThrow("there is no bond bond9");
  expect(() => setNetwork(bond, { base: "p5p1", bridge: true, address: null, mtu: null })).toThrow("belongs on bond0");
  expect(() => createBond(emptyModel, "a-name-that-is-too-long")).toThrow("not an interface name");
  expect(removeMember(bond, "bond0", "p5p1").bonds).toEqual([{ name: "bond0", mode: "lacp", members: [] }]);
  expect(deleteBond(bond, "bond0")).toEqual(emptyModel);
});

test("the same networks wished again give the same model, in whatever order they were first made", () => {
  const one = {
    id: "storage",
    link: "single",
    nics: ["p5p1"],
    bond: null,
    bridge: true,
    mtu: 9000,
    ip: "10.1.0.1",
    prefixLength: 24,
    gateway: null,
  } as const;
  const two = { ...one, id: "management", nics: ["eth0"], ip: "10.0.0.1" } as const;
  const model = withNetworks(emptyModel, [
    { ...one, nics: [...one.nics] },
    { ...two, nics: [...two.nics] },
  ]);
  expect(
    withNetworks(model, [
      { ...two, nics: [...two.nics] },
      { ...one, nics: [...one.nics] },
    ]),
  ).toEqual(model);
});

test("a network of the panel with a tag sits on a VLAN of its bond, under the same names on both sides", () => {
  const network = {
    id: "storage",
    link: "bond-lacp",
    nics: ["p5p1", "p5p2"],
    bond: "bond0",
    bridge: true,
    vlan: 100,
    mtu: 9000,
    ip: "10.1.0.1",
    prefixLength: 24,
    gateway: null,
  } as const;
  const { made } = devicesOf(withNetworks(emptyModel, [{ ...network, nics: [...network.nics] }]));
  expect(made).toEqual(["bond0", "bond0.100", deviceOn("bond0", network)]);
  const bare = { ...network, nics: [...network.nics], bridge: false };
  expect(devicesOf(withNetworks(emptyModel, [bare])).made).toEqual(["bond0", deviceOn("bond0", bare)]);
});

test("one stack drives a node; two are refused", () => {
  const none = {
    networkdActive: false,
    networkManagerActive: false,
    ifupdownStanzas: 0,
    ifupdownInstalled: false,
    ifcfgFiles: 0,
    networkServiceActive: false,
    ifcfgFilesOutsideNetworkManager: 0,
  };
  const rhel7 = { ...none, networkManagerActive: true, networkServiceActive: true, ifcfgFiles: 3 };
  expect(chooseStack(rhel7)).toBe("network-manager");
  expect(chooseStack({ ...rhel7, ifcfgFilesOutsideNetworkManager: 3 })).toBe("network-scripts");
  expect(() => chooseStack({ ...rhel7, ifcfgFilesOutsideNetworkManager: 1 })).toThrow(
    "NetworkManager and network-scripts",
  );
  expect(chooseStack({ ...none, networkdActive: true })).toBe("networkd");
  expect(chooseStack({ ...none, ifupdownInstalled: true, ifupdownStanzas: 1 })).toBe("ifupdown");
  expect(chooseStack({ ...none, networkServiceActive: true, ifcfgFiles: 2 })).toBe("network-scripts");
  expect(() => chooseStack({ ...none, networkdActive: true, networkManagerActive: true })).toThrow(
    "systemd-networkd and NetworkManager",
  );
  expect(() => chooseStack(none)).toThrow("no network stack");
  expect(countStanzas("auto lo\niface lo inet loopback\niface eth0 inet dhcp\n")).toBe(1);
});
