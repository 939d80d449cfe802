import { bridgeName, type NetworkModel, vlanOf } from "@/contract/network-model";
import { netmaskOf, formatIpv4 } from "@/lib/ipv4";
import { bareBases, devicesOf, type Setting } from "@/suite/net/model";
import { inheritedBy, macOf, mtuOf, type NodeLinks, type Rendered } from "@/suite/net/rendering";

export const interfacesFile = "/etc/network/interfaces";
export const ownInterfacesFile = "/etc/network/interfaces.d/zsha";
const sourceLine = "source /etc/network/interfaces.d/*";
const disabled = "#zsha# ";

/**
 * Written with iproute2 alone: neither ifenslave nor bridge-utils is needed, and NetworkManager's hooks for ifenslave cannot
 * tear these bonds apart. `present` is the text of /etc/network/interfaces.
 */
export function renderIfupdown(model: NetworkModel, links: NodeLinks, present: string): Rendered {
  const stanzas = [
    ...model.bonds.map((bond) => bondStanza(bond, model, links)),
    ...bareBases(model)
      .filter((base) => !model.bonds.some(({ name }) => name === base))
      .map((nic) => stanza(nic, "manual", [mtuLine(nic, mtuOf(model, nic)), `up ip link set dev ${nic} up`])),
    ...model.settings.map((setting) => settingStanza(setting, model, links)),
  ].filter((text) => text !== "");
  const files = new Map([[interfacesFile, interfacesText(present, devicesOf(model).nics)]]);
  if (stanzas.length > 0)
    files.set(ownInterfacesFile, `# Written by zsha; change it with zs-network-setting.\n${stanzas.join("\n")}`);
  return files;
}

const stanza = (name: string, method: string, lines: readonly (string | null)[]): string =>
  [
    `auto ${name}`,
    `iface ${name} inet ${method}`,
    ...lines.filter((line) => line !== null).map((line) => `    ${line}`),
    "",
  ].join("\n");

function bondStanza(bond: NetworkModel["bonds"][number], model: NetworkModel, links: NodeLinks): string {
  const { name } = bond;
  const mac = macOf(model, name, links);
  const mtu = mtuOf(model, name);
  const options =
    bond.mode === "lacp"
      ? `mode 802.3ad miimon 100 xmit_hash_policy layer2+3${bond.lacpRate === undefined ? "" : " lacp_rate fast"}`
      : "mode active-backup miimon 100";
  const own = model.settings.find((setting) => setting.base === name && !setting.bridge);
  return stanza(name, own?.address ? "static" : "manual", [
    ...addressLines(own ?? null, model, links),
    `pre-up ip link show dev ${name} >/dev/null 2>&1 || ip link add name ${name}${mac ? ` address ${mac}` : ""} type bond ${options}`,
    // A NIC must be down to become a member.
    ...bond.members.map(
      (nic) =>
        `pre-up test -e /sys/class/net/${name}/lower_${nic} || { ip link set dev ${nic} down && ip link set dev ${nic} master ${name}; }`,
    ),
    mtuLine(name, mtu),
    `up ip link set dev ${name} up`,
    `post-down ip link del dev ${name} || true`,
  ]);
}

function settingStanza(setting: Setting, model: NetworkModel, links: NodeLinks): string {
  const { base } = setting;
  const isBond = model.bonds.some((bond) => bond.name === base);
  const vlan = vlanOf(base);
  const make =
    vlan &&
    `pre-up test -e /sys/class/net/${base} || ip link add link ${vlan.parent} name ${base} type vlan id ${vlan.id}`;
  const unmake = vlan && `post-down ip link del dev ${base} || true`;
  const mtu = mtuLine(base, setting.mtu);
  if (!setting.bridge) {
    if (isBond) return "";
    return stanza(base, setting.address ? "static" : "manual", [
      ...addressLines(setting, model, links),
      make,
      mtu,
      `up ip link set dev ${base} up`,
      unmake,
    ]);
  }
  const bridge = bridgeName(base);
  const mac = macOf(model, base, links);
  return stanza(bridge, setting.address ? "static" : "manual", [
    ...addressLines(setting, model, links),
    `pre-up ip link show dev ${bridge} >/dev/null 2>&1 || ip link add name ${bridge}${mac ? ` address ${mac}` : ""} type bridge stp_state 0 forward_delay 0`,
    make,
    mtu,
    `pre-up ip address flush dev ${base}`,
    `pre-up ip link set dev ${base} master ${bridge}`,
    `pre-up ip link set dev ${base} up`,
    `up ip link set dev ${bridge} up`,
    `post-down ip link del dev ${bridge} || true`,
    unmake,
  ]);
}

const mtuLine = (device: string, mtu: number | null): string | null =>
  mtu === null ? null : `pre-up ip link set dev ${device} mtu ${mtu}`;

function addressLines(setting: Setting | null, model: NetworkModel, links: NodeLinks): string[] {
  if (!setting?.address) return [];
  const { ip, prefixLength, gateway } = setting.address;
  return [
    `address ${ip}`,
    `netmask ${formatIpv4(netmaskOf(prefixLength))}`,
    ...(gateway ? [`gateway ${gateway}`] : []),
    ...inheritedBy(model, setting.base, links),
  ];
}

/** Puts the stanzas of the NICs we take over out of force, and brings out of the comment what we no longer hold. */
export function interfacesText(present: string, taken: readonly string[]): string {
  const lines = present.split("\n").map((line) => (line.startsWith(disabled) ? line.slice(disabled.length) : line));
  let inside = false;
  const out = lines.map((line) => {
    const words = line.trim().split(/\s+/);
    if (words[0] === "iface") inside = taken.includes(words[1] ?? "");
    else if (/^(auto|allow-\S+|mapping|source|source-directory)$/.test(words[0] ?? "")) {
      inside = false;
      const names = words.slice(1);
      if (words[0] === "auto" || words[0]?.startsWith("allow-")) {
        if (names.length > 0 && names.every((name) => taken.includes(name))) return disabled + line;
      }
    }
    return inside && line.trim() !== "" ? disabled + line : line;
  });
  const hasSource = out.some((line) => /^\s*source(-directory)?\s+\/etc\/network\/interfaces\.d(\/\*)?\s*$/.test(line));
  const text = `${out.join("\n").trimEnd()}\n`;
  return hasSource || taken.length === 0 ? text : `${text}\n${sourceLine}\n`;
}

/** What the NIC's stanza has that must be kept (dns-*), and what cannot be carried over. */
export function readForeignStanza(text: string, nic: string): { inherited: string[]; notUnderstood: string[] } {
  const inherited: string[] = [];
  const notUnderstood: string[] = [];
  let inside = false;
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    const [word = "", name, family] = line.split(/\s+/);
    if (line === "" || line.startsWith("#")) continue;
    if (word === "iface") {
      inside = name === nic && family === "inet";
      if (name === nic && family !== "inet") notUnderstood.push(line);
    } else if (/^(auto|allow-.*|mapping|source.*)$/.test(word)) inside = false;
    else if (inside && word.startsWith("dns-")) inherited.push(line);
    else if (inside && !/^(address|netmask|gateway|broadcast|network|mtu|hostname)$/.test(word))
      notUnderstood.push(line);
  }
  return { inherited, notUnderstood };
}
