import { expect, test } from "vitest";
import { emptyModel, type NetworkModel } from "@/contract/network-model";
import { linkFixture } from "@/suite/net/link-fixture";
import { type NodeView, planChange } from "@/suite/net/change";
import { driveCommands } from "@/suite/net/drive";
import { addMember, createBond, removeMember, setNetwork } from "@/suite/net/model";
import { touched } from "@/suite/net/touched";

const bonded = (model: NetworkModel, name: string, nics: readonly string[]): NetworkModel =>
  nics.reduce((grown, nic) => addMember(grown, name, nic), createBond(model, name));
const withAddress = (model: NetworkModel, base: string, third: number, mtu: number): NetworkModel =>
  setNetwork(model, {
    base,
    bridge: true,
    address: { ip: `10.0.${third}.1`, prefixLength: 24, gateway: null },
    mtu,
  });
const nics = ["p5p1", "p5p2", "eth0", "eth1"];
const bonds = bonded(bonded(emptyModel, "bond0", ["p5p1", "p5p2"]), "bond1", ["eth0", "eth1"]);
const networks = withAddress(withAddress(bonds, "bond0", 1, 9000), "bond1", 2, 1500);
const smaller = withAddress(networks, "bond0", 1, 1500);

const bare: NodeView = {
  stack: "ifupdown",
  links: nics.map((name) => linkFixture(name)),
  model: emptyModel,
  files: new Map([["/etc/network/interfaces", "auto lo\niface lo inet loopback\n"]]),
  networkFiles: new Map(),
};

/** A node on which this was applied before. */
function applied(model: NetworkModel): NodeView {
  const files = new Map(bare.files);
  for (const { path, after } of planChange(bare, model).files) if (after !== null) files.set(path, after);
  const links = [
    ...nics.map((name) =>
      linkFixture(name, { master: model.bonds.find(({ members }) => members.includes(name))?.name ?? null }),
    ),
    ...["bond0", "bond1"].map((name) => linkFixture(name, { kind: "bond" })),
    ...["br_bond0", "br_bond1"].map((name) => linkFixture(name, { kind: "bridge" })),
  ];
  return { ...bare, links, model, files };
}

const devicesIn = (commands: readonly (readonly string[])[]): string[] => [
  ...new Set(commands.flat().filter((word) => /^(p5p|eth|bond|br_)/.test(word))),
];

test("a network that stays as it is is not touched, neither on the way nor on the way back", () => {
  const change = planChange(applied(networks), smaller);
  const own = ["p5p1", "p5p2", "bond0", "br_bond0"];
  expect(devicesIn(driveCommands("ifupdown", change))).toEqual(own);
  expect(devicesIn(driveCommands("ifupdown", change.backward))).toEqual(own);
});

test("files that are not as this program would write them bring all networks in line", () => {
  const view = applied(networks);
  const edited = [...view.files].map(([path, text]) => [path, text.replaceAll("mtu 1500", "mtu 1400")] as const);
  expect(new Map(edited)).not.toEqual(view.files);
  const change = planChange({ ...view, files: new Map(edited) }, smaller);
  expect(devicesIn(driveCommands("ifupdown", change))).toContain("br_bond1");
});

test("a NIC that moves takes both ends along; what differs in nothing is whole", () => {
  const moved = addMember(removeMember(networks, "bond1", "eth1"), "bond0", "eth1");
  expect(touched(networks, moved)).toEqual({ from: networks, to: moved });
  expect(touched(networks, networks)).toEqual({ from: networks, to: networks });
  expect(touched(networks, smaller).to.bonds.map(({ name }) => name)).toEqual(["bond0"]);
});
