import { expect, test } from "vitest";
import { emptyModel } from "@/contract/network-model";
import { interfacesText, readForeignStanza, renderIfupdown } from "@/suite/net/ifupdown-files";
import { addMember, createBond, setNetwork } from "@/suite/net/model";
import { renderNetworkManager } from "@/suite/net/network-manager-files";
import { renderNetworkScripts } from "@/suite/net/network-scripts-files";
import { renderNetworkd } from "@/suite/net/networkd-files";

const links = { mac: new Map([["p5p1", "02:00:00:00:00:01"]]), inherited: new Map<string, string[]>() };
const bonded = addMember(addMember(createBond(emptyModel, "bond0"), "bond0", "p5p1"), "bond0", "p5p2");
const address = { ip: "192.168.93.3", prefixLength: 24, gateway: "192.168.93.1" };
const model = setNetwork(bonded, { base: "bond0", bridge: true, address, mtu: null });

test("initscripts get the files of the RHEL guide", () => {
  expect(Object.fromEntries(renderNetworkScripts(model, links))).toEqual({
    "/etc/sysconfig/network-scripts/ifcfg-p5p1":
      "DEVICE=p5p1\nTYPE=Ethernet\nONBOOT=yes\nBOOTPROTO=none\nMASTER=bond0\nSLAVE=yes\nNM_CONTROLLED=no\n",
    "/etc/sysconfig/network-scripts/ifcfg-p5p2":
      "DEVICE=p5p2\nTYPE=Ethernet\nONBOOT=yes\nBOOTPROTO=none\nMASTER=bond0\nSLAVE=yes\nNM_CONTROLLED=no\n",
    "/etc/sysconfig/network-scripts/ifcfg-bond0":
      "DEVICE=bond0\nTYPE=Bond\nONBOOT=yes\nBOOTPROTO=none\nBONDING_MASTER=yes\nBONDING_OPTS='miimon=100 mode=4 xmit_hash_policy=layer2+3'\nBRIDGE=br_bond0\nNM_CONTROLLED=no\n",
    "/etc/sysconfig/network-scripts/ifcfg-br_bond0":
      "DEVICE=br_bond0\nTYPE=Bridge\nONBOOT=yes\nBOOTPROTO=none\nDELAY=0\nSTP=no\nIPADDR=192.168.93.3\nNETMASK=255.255.255.0\nGATEWAY=192.168.93.1\nNM_CONTROLLED=no\n",
  });
});

test("NetworkManager gets one connection per device, ports below their master", () => {
  const files = renderNetworkManager(model, links);
  const file = (name: string): string =>
    files.get(`/etc/NetworkManager/system-connections/zsha-${name}.nmconnection`) ?? "";
  expect(file("p5p1")).toContain("master=bond0\nslave-type=bond");
  expect(file("bond0")).toContain(
    "master=br_bond0\nslave-type=bridge\n\n[bond]\nmode=802.3ad\nmiimon=100\nxmit_hash_policy=layer2+3",
  );
  expect(file("bond0")).not.toContain("[ipv4]");
  expect(file("br_bond0")).toContain("method=manual\naddress1=192.168.93.3/24,192.168.93.1");
});

test("ifupdown: NICs are taken over in the main file, the rest stands in a file of its own", () => {
  const present =
    "auto lo\niface lo inet loopback\n\nauto p5p1\niface p5p1 inet dhcp\n\nauto em9\niface em9 inet dhcp\n";
  const files = renderIfupdown(model, links, present);
  expect(files.get("/etc/network/interfaces")).toBe(
    "auto lo\niface lo inet loopback\n\n#zsha# auto p5p1\n#zsha# iface p5p1 inet dhcp\n\nauto em9\niface em9 inet dhcp\n\nsource /etc/network/interfaces.d/*\n",
  );
  expect(files.get("/etc/network/interfaces.d/zsha")).toBe(`# Written by zsha; change it with zs-network-setting.
auto bond0
iface bond0 inet manual
    pre-up ip link show dev bond0 >/dev/null 2>&1 || ip link add name bond0 address 02:00:00:00:00:01 type bond mode 802.3ad miimon 100 xmit_hash_policy layer2+3
    pre-up test -e /sys/class/net/bond0/lower_p5p1 || { ip link set dev p5p1 down && ip link set dev p5p1 master bond0; }
    pre-up test -e /sys/class/net/bond0/lower_p5p2 || { ip link set dev p5p2 down && ip link set dev p5p2 master bond0; }
    up ip link set dev bond0 up
    post-down ip link del dev bond0 || true

auto br_bond0
iface br_bond0 inet static
    address 192.168.93.3
    netmask 255.255.255.0
    gateway 192.168.93.1
    pre-up ip link show dev br_bond0 >/dev/null 2>&1 || ip link add name br_bond0 address 02:00:00:00:00:01 type bridge stp_state 0 forward_delay 0
    pre-up ip address flush dev bond0
    pre-up ip link set dev bond0 master br_bond0
    pre-up ip link set dev bond0 up
    up ip link set dev br_bond0 up
    post-down ip link del dev br_bond0 || true
`);
});

test("ifupdown: giving a NIC back restores its stanza", () => {
  const present = "auto eth0\niface eth0 inet static\n    address 10.0.0.1/24\n\nsource /etc/network/interfaces.d/*\n";
  const taken = interfacesText(present, ["eth0"]);
  expect(taken).toContain("#zsha# auto eth0\n#zsha# iface eth0 inet static\n#zsha#     address 10.0.0.1/24\n");
  expect(interfacesText(taken, [])).toBe(present);
});

test("ifupdown: name servers are carried over, hooks of somebody else are refused", () => {
  const text =
    "iface eth0 inet static\n  address 10.0.0.1/24\n  dns-nameservers 1.1.1.1\n  post-up /usr/local/bin/x\niface eth1 inet dhcp\n  vlan-raw-device eth0\n";
  expect(readForeignStanza(text, "eth0")).toEqual({
    inherited: ["dns-nameservers 1.1.1.1"],
    notUnderstood: ["post-up /usr/local/bin/x"],
  });
});

test("a fast LACP rate stands in every stack's own words, and only where it was asked for", () => {
  const fast = createBond(emptyModel, "bond0", { mode: "lacp", lacpRate: "fast" });
  const texts = (wanted: typeof fast): string[] =>
    [
      renderNetworkd(wanted, links),
      renderNetworkManager(wanted, links),
      renderNetworkScripts(wanted, links),
      renderIfupdown(wanted, links, ""),
    ].map((files) => [...files.values()].join("\n"));
  const words = [/LACPTransmitRate=fast/, /lacp_rate=fast/, /lacp_rate=fast'/, /lacp_rate fast/];
  for (const [at, text] of texts(fast).entries()) expect(text).toMatch(words[at] ?? /never/);
  for (const text of texts(createBond(emptyModel, "bond0")))
    expect(text.toLowerCase()).not.toMatch(/lacp_?(transmit)?rate/);
  expect(() => createBond(emptyModel, "bond0", { mode: "active-backup", lacpRate: "fast" })).toThrow("speak no LACP");
});
