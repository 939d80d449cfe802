import { expect, test } from "vitest";
import { emptyModel } from "@/contract/network-model";
import { addMember, createBond, setNetwork, withNetworks } from "@/suite/net/model";
import { readForeignNetwork, renderNetworkd } from "@/suite/net/networkd-files";

const links = {
  mac: new Map([
    ["p5p1", "02:00:00:00:00:01"],
    ["p5p2", "02:00:00:00:00:02"],
    ["eth0", "02:00:00:00:00:03"],
  ]),
  inherited: new Map([["eth0", ["DNS=10.0.0.53"]]]),
};
const header = "# Written by zsha; change it with zs-network-setting.\n";

test("the manual's storage network: bond0 of two NICs below br_bond0 with the address", () => {
  const bonded = addMember(addMember(createBond(emptyModel, "bond0"), "bond0", "p5p1"), "bond0", "p5p2");
  const address = { ip: "192.168.93.3", prefixLength: 24, gateway: "192.168.93.1" };
  const files = renderNetworkd(setNetwork(bonded, { base: "bond0", bridge: true, address, mtu: 9000 }), links);
  expect(Object.fromEntries(files)).toEqual({
    "/etc/systemd/network/00-zsha-bond0.netdev": `${header}[NetDev]
Name=bond0
Kind=bond
MACAddress=02:00:00:00:00:01

[Bond]
Mode=802.3ad
MIIMonitorSec=100ms
TransmitHashPolicy=layer2+3
`,
    "/etc/systemd/network/00-zsha-p5p1.network": `${header}[Match]
Name=p5p1

[Link]
MTUBytes=9000

[Network]
Bond=bond0
`,
    "/etc/systemd/network/00-zsha-p5p2.network": `${header}[Match]
Name=p5p2

[Link]
MTUBytes=9000

[Network]
Bond=bond0
`,
    "/etc/systemd/network/00-zsha-br_bond0.netdev": `${header}[NetDev]
Name=br_bond0
Kind=bridge
MACAddress=02:00:00:00:00:01

[Bridge]
STP=no
ForwardDelaySec=0
`,
    "/etc/systemd/network/00-zsha-br_bond0.network": `${header}[Match]
Name=br_bond0

[Link]
MTUBytes=9000

[Network]
Address=192.168.93.3/24
Gateway=192.168.93.1
LinkLocalAddressing=no
IPv6AcceptRA=no
ConfigureWithoutCarrier=yes
`,
    "/etc/systemd/network/00-zsha-bond0.network": `${header}[Match]
Name=bond0

[Link]
MTUBytes=9000

[Network]
Bridge=br_bond0
LinkLocalAddressing=no
`,
  });
});

test("a bond without address or bridge is brought up all the same (VM data)", () => {
  const model = withNetworks(emptyModel, [
    {
      id: "data",
      link: "bond-lacp",
      nics: ["p5p1"],
      bond: "bond2",
      bridge: false,
      mtu: 1500,
      ip: null,
      prefixLength: null,
      gateway: null,
    },
  ]);
  expect(renderNetworkd(model, links).get("/etc/systemd/network/00-zsha-bond2.network")).toBe(
    `${header}[Match]\nName=bond2\n\n[Link]\nMTUBytes=1500\n\n[Network]\nLinkLocalAddressing=no\nIPv6AcceptRA=no\nConfigureWithoutCarrier=yes\n`,
  );
});

test("name servers follow the address from the NIC to the bridge", () => {
  const address = { ip: "10.0.0.1", prefixLength: 24, gateway: null };
  const model = setNetwork(emptyModel, { base: "eth0", bridge: true, address, mtu: null });
  const files = renderNetworkd(model, links);
  expect(files.get("/etc/systemd/network/00-zsha-br_eth0.network")).toContain("DNS=10.0.0.53");
  expect(files.get("/etc/systemd/network/00-zsha-eth0.network")).not.toContain("DNS");
});

test("what a foreign file has is kept, replaced or refused", () => {
  const text =
    "[Match]\nName=eth0\n# note\n[Network]\nAddress=10.0.0.1/24\nDNS=1.1.1.1\nVLAN=vlan5\n[Route]\nGateway=10.0.0.254\nMetric=5\n";
  expect(readForeignNetwork(text)).toEqual({
    inherited: ["DNS=1.1.1.1"],
    notUnderstood: ["[network] VLAN=vlan5", "[route] Metric=5"],
  });
  expect(readForeignNetwork("[Network]\nAddress=1.1.1.1/24\nAddress=1.1.1.2/24").notUnderstood).toEqual([
    "2 addresses",
  ]);
});
