import { bridgeName, type NetworkModel, vlanOf } from "@/contract/network-model";
import { bareBases, type Setting, vlansOn } from "@/suite/net/model";
import { inheritedBy, macOf, mtuOf, type NodeLinks, type Rendered } from "@/suite/net/rendering";
import { iniLines } from "@/suite/net/ini-lines";

const folder = "/etc/systemd/network";
/** The first file that matches an interface wins: these names sort before whatever the installer or an operator wrote. */
export const networkdPrefix = "00-zsha-";

type Section = readonly [name: string, lines: readonly (string | false | null)[]];

const file = (...sections: readonly Section[]): string => {
  const texts = sections.map(([name, lines]) => ({ name, lines: lines.filter((line) => typeof line === "string") }));
  const full = texts.filter((section) => section.lines.length > 0);
  return `# Written by zsha; change it with zs-network-setting.\n${full.map(({ name, lines }) => `[${name}]\n${lines.join("\n")}\n`).join("\n")}`;
};

export function renderNetworkd(model: NetworkModel, links: NodeLinks): Rendered {
  const files = new Map<string, string>();
  const put = (name: string, kind: "netdev" | "network", text: string): void => {
    files.set(`${folder}/${networkdPrefix}${name}.${kind}`, text);
  };
  for (const bond of model.bonds) {
    const mac = macOf(model, bond.name, links);
    const lacp = bond.mode === "lacp";
    put(
      bond.name,
      "netdev",
      file(
        ["NetDev", [`Name=${bond.name}`, "Kind=bond", mac && `MACAddress=${mac}`]],
        [
          "Bond",
          [
            `Mode=${lacp ? "802.3ad" : "active-backup"}`,
            "MIIMonitorSec=100ms",
            lacp && "TransmitHashPolicy=layer2+3",
            bond.lacpRate === "fast" && "LACPTransmitRate=fast",
          ],
        ],
      ),
    );
    for (const member of bond.members) {
      put(
        member,
        "network",
        file(["Match", [`Name=${member}`]], ["Link", mtuLines(model, bond.name)], ["Network", [`Bond=${bond.name}`]]),
      );
    }
  }
  for (const base of bareBases(model)) put(base, "network", bare(base, model));
  for (const setting of model.settings) {
    const vlan = vlanOf(setting.base);
    if (vlan !== null)
      put(setting.base, "netdev", file(["NetDev", [`Name=${setting.base}`, "Kind=vlan"]], ["VLAN", [`Id=${vlan.id}`]]));
    if (!setting.bridge) {
      put(setting.base, "network", addressed(setting.base, setting, model, links));
      continue;
    }
    const bridge = bridgeName(setting.base);
    const mac = macOf(model, setting.base, links);
    put(
      bridge,
      "netdev",
      // Learning for 15 s before the first frame passes would cut the management VM off at every start.
      file(
        ["NetDev", [`Name=${bridge}`, "Kind=bridge", mac && `MACAddress=${mac}`]],
        ["Bridge", ["STP=no", "ForwardDelaySec=0"]],
      ),
    );
    put(bridge, "network", addressed(bridge, setting, model, links));
    put(
      setting.base,
      "network",
      file(
        ["Match", [`Name=${setting.base}`]],
        ["Link", mtuLines(model, setting.base)],
        ["Network", [`Bridge=${bridge}`, ...vlanLines(model, setting.base), "LinkLocalAddressing=no"]],
      ),
    );
  }
  return files;
}

const mtuLines = (model: NetworkModel, device: string): string[] => {
  const mtu = mtuOf(model, device);
  return mtu === null ? [] : [`MTUBytes=${mtu}`];
};

const vlanLines = (model: NetworkModel, parent: string): string[] =>
  vlansOn(model, parent).map((vlan) => `VLAN=${vlan}`);

const bare = (name: string, model: NetworkModel): string =>
  file(
    ["Match", [`Name=${name}`]],
    ["Link", mtuLines(model, name)],
    ["Network", [...vlanLines(model, name), "LinkLocalAddressing=no", "IPv6AcceptRA=no"]],
  );

function addressed(device: string, setting: Setting, model: NetworkModel, links: NodeLinks): string {
  const { address } = setting;
  return file(
    ["Match", [`Name=${device}`]],
    ["Link", mtuLines(model, setting.base)],
    [
      "Network",
      [
        ...(address ? [`Address=${address.ip}/${address.prefixLength}`] : []),
        ...(address?.gateway ? [`Gateway=${address.gateway}`] : []),
        ...(address ? inheritedBy(model, setting.base, links) : []),
        ...(device === setting.base ? vlanLines(model, device) : []),
        "LinkLocalAddressing=no",
        "IPv6AcceptRA=no",
        // The node must answer on its address as soon as it is up, whatever the switch does.
        "ConfigureWithoutCarrier=yes",
      ],
    ],
  );
}

/** Keys of an interface's present .network file that the new files replace or may drop without loss. */
const replaceable = new Set([
  "match.name",
  "match.macaddress",
  "match.permanentmacaddress",
  "network.address",
  "network.gateway",
  "network.description",
  "network.dhcp",
  "network.linklocaladdressing",
  "network.ipv6acceptra",
  "network.configurewithoutcarrier",
  "network.lldp",
  "network.bridge",
  "network.bond",
  "address.address",
  "route.gateway",
  "link.mtubytes",
  "link.requiredforonline",
]);
const inheritable = new Set(["network.dns", "network.domains", "network.ntp"]);

/** Reads a .network file somebody else wrote: what must be kept, and what this program cannot carry over. */
export function readForeignNetwork(text: string): { inherited: string[]; notUnderstood: string[] } {
  const inherited: string[] = [];
  const notUnderstood: string[] = [];
  let addresses = 0;
  for (const { key, section, line } of iniLines(text)) {
    if (key === "network.address" || key === "address.address") addresses += 1;
    if (inheritable.has(key)) inherited.push(line);
    else if (!replaceable.has(key)) notUnderstood.push(`[${section}] ${line}`);
  }
  if (addresses > 1) notUnderstood.push(`${addresses} addresses`);
  return { inherited, notUnderstood };
}
