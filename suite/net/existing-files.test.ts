import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyModel, type NetworkModel } from "@/contract/network-model";
import { type NodeView, planChange } from "@/suite/net/change";
import { type Existing, readForeignIfcfg, readForeignKeyfile } from "@/suite/net/existing-files";
import { interfacesText, readForeignStanza } from "@/suite/net/ifupdown-files";
import { withNetworks } from "@/suite/net/model";
import { readForeignNetwork } from "@/suite/net/networkd-files";
import { linkFixture } from "@/suite/net/link-fixture";

/** What installers and administrators leave on servers, and what becomes of it. */
const fixtures: { name: string; read: (text: string) => Existing; text: string; expected: Existing }[] = [
  {
    name: "networkd: an installer's static address",
    read: readForeignNetwork,
    text: "[Match]\nName=eth0\n\n[Network]\nDHCP=no\nAddress=10.0.0.1/24\nGateway=10.0.0.254\nDNS=10.0.0.53\nDomains=example.org\n",
    expected: { inherited: ["DNS=10.0.0.53", "Domains=example.org"], notUnderstood: [] },
  },
  {
    name: "networkd: a static route and a VLAN",
    read: readForeignNetwork,
    text: "[Match]\nName=eth0\n[Network]\nVLAN=eth0.7\n[Route]\nDestination=172.16.0.0/12\nGateway=10.0.0.9\n",
    expected: { inherited: [], notUnderstood: ["[network] VLAN=eth0.7", "[route] Destination=172.16.0.0/12"] },
  },
  {
    name: "ifupdown: Debian's installer",
    read: (text) => readForeignStanza(text, "eth0"),
    text: "source /etc/network/interfaces.d/*\n\nauto lo\niface lo inet loopback\n\nallow-hotplug eth0\niface eth0 inet static\n\taddress 10.0.0.1/24\n\tgateway 10.0.0.254\n\tdns-nameservers 10.0.0.53\n",
    expected: { inherited: ["dns-nameservers 10.0.0.53"], notUnderstood: [] },
  },
  {
    name: "ifupdown: a route by hand, and IPv6",
    read: (text) => readForeignStanza(text, "eth0"),
    text: "auto eth0\niface eth0 inet static\n  address 10.0.0.1/24\n  up ip route add 172.16.0.0/12 via 10.0.0.9\niface eth0 inet6 static\n  address fd00::1/64\n",
    expected: {
      inherited: [],
      notUnderstood: ["up ip route add 172.16.0.0/12 via 10.0.0.9", "iface eth0 inet6 static"],
    },
  },
  {
    name: "NetworkManager: Rocky 9's installer",
    read: readForeignKeyfile,
    text: "[connection]\nid=eth0\nuuid=9c1c1c1c-0000-4000-8000-000000000001\ntype=ethernet\nautoconnect-priority=-999\ninterface-name=eth0\ntimestamp=1700000000\n\n[ethernet]\n\n[ipv4]\naddress1=10.0.0.1/24,10.0.0.254\ndns=10.0.0.53;\ndns-search=example.org;\nmay-fail=false\nmethod=manual\n\n[ipv6]\naddr-gen-mode=eui64\nmethod=disabled\n\n[proxy]\n",
    expected: { inherited: ["dns=10.0.0.53;", "dns-search=example.org;"], notUnderstood: [] },
  },
  {
    name: "NetworkManager: a second address, a route and a firewall zone",
    read: readForeignKeyfile,
    text: "[connection]\nid=eth0\ninterface-name=eth0\nzone=trusted\n[ipv4]\nmethod=manual\naddress1=10.0.0.1/24\naddress2=10.0.0.2/24\nroute1=172.16.0.0/12,10.0.0.9\n",
    expected: {
      inherited: [],
      notUnderstood: [
        "[connection] zone=trusted",
        "[ipv4] address2=10.0.0.2/24",
        "[ipv4] route1=172.16.0.0/12,10.0.0.9",
      ],
    },
  },
  {
    name: "network-scripts: CentOS 7's installer",
    read: readForeignIfcfg,
    text: 'TYPE="Ethernet"\nPROXY_METHOD="none"\nBROWSER_ONLY="no"\nBOOTPROTO="none"\nDEFROUTE="yes"\nIPV4_FAILURE_FATAL="no"\nIPV6INIT="yes"\nIPV6_AUTOCONF="yes"\nNAME="eth0"\nUUID="9c1c1c1c-0000-4000-8000-000000000001"\nDEVICE="eth0"\nONBOOT="yes"\nIPADDR="10.0.0.1"\nPREFIX="24"\nGATEWAY="10.0.0.254"\nDNS1="10.0.0.53"\nIPV6_PRIVACY="no"\nDOMAIN=""\n',
    expected: { inherited: ['DNS1="10.0.0.53"'], notUnderstood: [] },
  },
  {
    name: "network-scripts: a second address, offloads, and shell",
    read: readForeignIfcfg,
    text: 'DEVICE=eth0\nIPADDR=10.0.0.1\nIPADDR1=10.0.0.2\nETHTOOL_OPTS="-K eth0 gro off"\n. /etc/sysconfig/network\n',
    expected: {
      inherited: [],
      notUnderstood: ["IPADDR1=10.0.0.2", 'ETHTOOL_OPTS="-K eth0 gro off"', ". /etc/sysconfig/network"],
    },
  },
];

describe("existing configuration", () => {
  test.each(fixtures)("$name", ({ read, text, expected }) => expect(read(text)).toEqual(expected));
});

const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,9}$/);
const value = fc.stringMatching(/^[A-Za-z0-9.:/;, _-]{1,20}$/);
const noise = fc.constantFrom("", "   ", "# a remark", "#KEY=value", "\t");

describe("no line of an existing configuration is lost in silence", () => {
  const stranger = fc.tuple(word, value).map(([key, text]) => `X${key}Z=${text.trim()}x`);
  const shuffled = (known: readonly string[]) =>
    fc.array(fc.oneof(stranger, noise, fc.constantFrom(...known)), { maxLength: 30 });

  test.each([
    {
      name: "networkd",
      read: readForeignNetwork,
      known: ["[Network]", "Address=10.0.0.1/24", "DNS=10.0.0.53", "[Link]"],
    },
    {
      name: "NetworkManager",
      read: readForeignKeyfile,
      known: ["[ipv4]", "method=manual", "dns=10.0.0.53;", "[proxy]"],
    },
    { name: "network-scripts", read: readForeignIfcfg, known: ["DEVICE=eth0", "DNS1=10.0.0.53", "ONBOOT=yes"] },
  ])("$name", ({ read, known }) => {
    fc.assert(
      fc.property(shuffled(known), (lines) => {
        const { notUnderstood } = read(lines.join("\n"));
        for (const line of lines.filter((each) => each.startsWith("X")))
          expect(notUnderstood.some((each) => each.endsWith(line.trim()))).toBe(true);
      }),
    );
  });

  test("ifupdown", () => {
    const option = fc.tuple(word, value).map(([key, text]) => `  x${key.toLowerCase()}z ${text.trim()}x`);
    fc.assert(
      fc.property(fc.array(fc.oneof(option, noise)), (options) => {
        const text = ["auto eth0", "iface eth0 inet static", ...options, "iface eth1 inet dhcp", "  xother y"].join(
          "\n",
        );
        const { notUnderstood } = readForeignStanza(text, "eth0");
        expect(notUnderstood).toEqual(options.map((each) => each.trim()).filter((each) => each.startsWith("x")));
      }),
    );
  });

  test("any text at all is read without a crash", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const read of [readForeignNetwork, readForeignKeyfile, readForeignIfcfg])
          expect(Array.isArray(read(text).notUnderstood)).toBe(true);
        expect(Array.isArray(readForeignStanza(text, "eth0").notUnderstood)).toBe(true);
      }),
    );
  });
});

test("ifupdown: taking interfaces over and giving them back leaves the file as it was", () => {
  const nics = ["eth0", "eth1", "p5p1"] as const;
  const stanza = fc
    .tuple(fc.constantFrom(...nics), fc.boolean(), fc.array(fc.constantFrom("address 10.0.0.1/24", "mtu 9000", "")))
    .map(([nic, auto, lines]) =>
      [...(auto ? [`auto ${nic}`] : []), `iface ${nic} inet static`, ...lines.map((line) => `    ${line}`)].join("\n"),
    );
  fc.assert(
    fc.property(fc.array(stanza, { maxLength: 6 }), fc.subarray([...nics], { minLength: 1 }), (stanzas, taken) => {
      const text = ["source /etc/network/interfaces.d/*", "auto lo", "iface lo inet loopback", ...stanzas, ""].join(
        "\n",
      );
      const trimmed = `${text.trimEnd()}\n`;
      const out = interfacesText(text, taken);
      expect(interfacesText(out, [])).toBe(trimmed);
      // Twice is once.
      expect(interfacesText(out, taken)).toBe(out);
      for (const nic of nics) {
        const isThere = new RegExp(`^iface ${nic} `, "m").test(out);
        expect(isThere).toBe(!taken.includes(nic) && trimmed.includes(`iface ${nic} `));
      }
    }),
  );
});

describe("what was written is what is wanted: planned again, nothing is to be done", () => {
  const networks = fc
    .tuple(fc.boolean(), fc.boolean(), fc.constantFrom(1500, 9000), fc.constantFrom("bond-lacp", "bond-active-backup"))
    .map(
      ([isBonded, bridge, mtu, mode]): NetworkModel =>
        withNetworks(emptyModel, [
          {
            id: "storage",
            link: isBonded ? (mode as "bond-lacp") : "single",
            nics: isBonded ? ["p5p1", "p5p2"] : ["p5p1"],
            bond: isBonded ? "bond0" : null,
            bridge,
            mtu,
            ip: "10.0.1.1",
            prefixLength: 24,
            gateway: null,
          },
        ]),
    );
  test.each(["networkd", "ifupdown", "network-manager", "network-scripts"] as const)("%s", (stack) => {
    fc.assert(
      fc.property(networks, (wanted) => {
        const view: NodeView = {
          stack,
          links: [linkFixture("p5p1"), linkFixture("p5p2")],
          model: emptyModel,
          files: new Map([["/etc/network/interfaces", "auto lo\niface lo inet loopback\n"]]),
          networkFiles: new Map(),
        };
        const files = new Map(view.files);
        for (const { path, after } of planChange(view, wanted).files)
          if (after === null) files.delete(path);
          else files.set(path, after);
        expect(planChange({ ...view, files, model: wanted }, wanted)).toMatchObject({ changed: false, files: [] });
      }),
    );
  });
});
