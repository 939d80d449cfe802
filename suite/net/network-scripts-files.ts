import { bridgeName, type NetworkModel, vlanOf } from "@/contract/network-model";
import { formatIpv4, netmaskOf } from "@/lib/ipv4";
import { bareBases, type Setting } from "@/suite/net/model";
import { bondingOptions, inheritedBy, mtuOf, type NodeLinks, type Rendered } from "@/suite/net/rendering";

export const scriptsFolder = "/etc/sysconfig/network-scripts";
const path = (device: string): string => `${scriptsFolder}/ifcfg-${device}`;

/** Files of initscripts (RHEL 7 and its kin). NM_CONTROLLED=no keeps NetworkManager's hands off: two masters flap a bond. */
export function renderNetworkScripts(model: NetworkModel, links: NodeLinks): Rendered {
  const files = new Map<string, string>();
  const put = (device: string, type: string, lines: readonly (string | false)[]): void => {
    const all = [`DEVICE=${device}`, `TYPE=${type}`, "ONBOOT=yes", "BOOTPROTO=none", ...lines, "NM_CONTROLLED=no"];
    files.set(path(device), `${all.filter((line) => line !== false).join("\n")}\n`);
  };
  const mtu = (device: string): string | false => {
    const value = mtuOf(model, device);
    return value !== null && `MTU=${value}`;
  };
  for (const bond of model.bonds) {
    for (const nic of bond.members) put(nic, "Ethernet", [`MASTER=${bond.name}`, "SLAVE=yes"]);
    const setting = model.settings.find((entry) => entry.base === bond.name);
    put(bond.name, "Bond", [
      "BONDING_MASTER=yes",
      `BONDING_OPTS='${bondingOptions(bond)}'`,
      ...onTop(setting, model, links),
      mtu(bond.name),
    ]);
  }
  for (const nic of bareBases(model).filter((base) => !model.bonds.some(({ name }) => name === base)))
    put(nic, "Ethernet", [mtu(nic)]);
  for (const setting of model.settings) {
    const vlan = vlanOf(setting.base);
    if (vlan !== null)
      put(setting.base, "Vlan", [
        "VLAN=yes",
        `PHYSDEV=${vlan.parent}`,
        ...onTop(setting, model, links),
        mtu(setting.base),
      ]);
    else if (!model.bonds.some((bond) => bond.name === setting.base))
      put(setting.base, "Ethernet", [...onTop(setting, model, links), mtu(setting.base)]);
    // The case of "Bridge" matters to initscripts.
    if (setting.bridge)
      put(bridgeName(setting.base), "Bridge", [
        "DELAY=0",
        "STP=no",
        ...address(setting, model, links),
        mtu(setting.base),
      ]);
  }
  return files;
}

const onTop = (setting: Setting | undefined, model: NetworkModel, links: NodeLinks): string[] => {
  if (setting === undefined) return [];
  return setting.bridge ? [`BRIDGE=${bridgeName(setting.base)}`] : address(setting, model, links);
};

function address(setting: Setting, model: NetworkModel, links: NodeLinks): string[] {
  if (setting.address === null) return [];
  const { ip, prefixLength, gateway } = setting.address;
  return [
    `IPADDR=${ip}`,
    `NETMASK=${formatIpv4(netmaskOf(prefixLength))}`,
    ...(gateway ? [`GATEWAY=${gateway}`] : []),
    ...inheritedBy(model, setting.base, links),
  ];
}
