import { bridgeName, type NetworkModel, vlanOf } from "@/contract/network-model";
import { bareBases, type Setting } from "@/suite/net/model";
import { inheritedBy, macOf, mtuOf, type NodeLinks, type Rendered } from "@/suite/net/rendering";

const path = (device: string): string => `/etc/NetworkManager/system-connections/zsha-${device}.nmconnection`;

/** Keyfiles of NetworkManager; they must be 0600 or it ignores them. */
export function renderNetworkManager(model: NetworkModel, links: NodeLinks): Rendered {
  const files = new Map<string, string>();
  const put = (device: string, type: string, port: string[], rest: readonly string[]): void => {
    const connection = [
      "[connection]",
      `id=zsha-${device}`,
      `type=${type}`,
      `interface-name=${device}`,
      "autoconnect-priority=100",
      ...port,
    ];
    files.set(path(device), `${[...connection, ...rest].join("\n")}\n`);
  };
  const below = (master: string, type: "bond" | "bridge"): string[] => [`master=${master}`, `slave-type=${type}`];
  const settingOf = (device: string): Setting | undefined => model.settings.find((setting) => setting.base === device);
  for (const bond of model.bonds) {
    for (const nic of bond.members) put(nic, "ethernet", below(bond.name, "bond"), ethernet(model, bond.name));
    const setting = settingOf(bond.name);
    const options =
      bond.mode === "lacp"
        ? ["mode=802.3ad", "miimon=100", "xmit_hash_policy=layer2+3", ...(bond.lacpRate ? ["lacp_rate=fast"] : [])]
        : ["mode=active-backup", "miimon=100"];
    const port = setting?.bridge ? below(bridgeName(bond.name), "bridge") : [];
    put(bond.name, "bond", port, [
      "",
      "[bond]",
      ...options,
      // Not the MAC of whichever member came first: neighbours and the bridge above know this one.
      ...ethernet(model, bond.name, macOf(model, bond.name, links)),
      ...(setting?.bridge ? [] : ip(setting, model, links)),
    ]);
  }
  for (const nic of bareBases(model).filter((base) => !model.bonds.some(({ name }) => name === base)))
    put(nic, "ethernet", [], [...ethernet(model, nic), ...ip(undefined, model, links)]);
  for (const setting of model.settings) {
    if (!model.bonds.some((bond) => bond.name === setting.base)) {
      const port = setting.bridge ? below(bridgeName(setting.base), "bridge") : [];
      const vlan = vlanOf(setting.base);
      put(setting.base, vlan === null ? "ethernet" : "vlan", port, [
        ...(vlan === null ? [] : ["", "[vlan]", `id=${vlan.id}`, `parent=${vlan.parent}`]),
        ...ethernet(model, setting.base),
        ...(setting.bridge ? [] : ip(setting, model, links)),
      ]);
    }
    if (!setting.bridge) continue;
    const mac = macOf(model, setting.base, links);
    const bridge = ["", "[bridge]", "stp=false", "forward-delay=0", ...(mac ? [`mac-address=${mac}`] : [])];
    put(
      bridgeName(setting.base),
      "bridge",
      [],
      [...bridge, ...ethernet(model, setting.base), ...ip(setting, model, links)],
    );
  }
  return files;
}

function ethernet(model: NetworkModel, device: string, mac: string | null = null): string[] {
  const mtu = mtuOf(model, device);
  const lines = [...(mac === null ? [] : [`cloned-mac-address=${mac}`]), ...(mtu === null ? [] : [`mtu=${mtu}`])];
  return lines.length === 0 ? [] : ["", "[ethernet]", ...lines];
}

function ip(setting: Setting | undefined, model: NetworkModel, links: NodeLinks): string[] {
  const address = setting?.address;
  if (!setting || !address) return ["", "[ipv4]", "method=disabled", "", "[ipv6]", "method=disabled"];
  const first = `address1=${address.ip}/${address.prefixLength}${address.gateway ? `,${address.gateway}` : ""}`;
  return [
    "",
    "[ipv4]",
    "method=manual",
    first,
    ...inheritedBy(model, setting.base, links),
    "",
    "[ipv6]",
    "method=disabled",
  ];
}
