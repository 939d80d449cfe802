import { AppError } from "@/contract/errors";
import type { NodeNetwork } from "@/contract/net-apply";
import { bridgeName, carrierOf, type NetworkModel, vlanOf } from "@/contract/network-model";
import { networkOf, parseIpv4 } from "@/lib/ipv4";

export type Bond = NetworkModel["bonds"][number];
export type Setting = NetworkModel["settings"][number];
export type Address = NonNullable<Setting["address"]>;

export const isBridgeName = (device: string): boolean => device.startsWith("br_");

export const vlansOn = (model: NetworkModel, parent: string): string[] =>
  model.settings.map(({ base }) => base).filter((base) => vlanOf(base)?.parent === parent);

/** Bonds and NICs that have nothing of their own, only cables below or VLANs above. */
export function bareBases(model: NetworkModel): string[] {
  const parents = model.settings.flatMap(({ base }) => vlanOf(base)?.parent ?? []);
  const bases = new Set([...model.bonds.map(({ name }) => name), ...parents]);
  return [...bases].filter((base) => !model.settings.some((setting) => setting.base === base));
}

/** The bond or bridge a NIC is a port of. */
export function masterOf(model: NetworkModel, nic: string): string | null {
  const bond = model.bonds.find(({ members }) => members.includes(nic));
  const bridged = model.settings.some(({ base, bridge }) => base === nic && bridge);
  return bond?.name ?? (bridged ? bridgeName(nic) : null);
}

/** Linux: at most 15 bytes. */
const interfacePattern = /^[A-Za-z][A-Za-z0-9_.-]{0,14}$/;

const refuse = (detail: string, advice?: string): AppError =>
  new AppError("bad-input", detail, advice === undefined ? {} : { advice });

export function requireName(name: string): string {
  if (!interfacePattern.test(name))
    throw refuse(`"${name}" is not an interface name (a letter first, at most 15 characters)`);
  return name;
}

export type BondOptions = Pick<Bond, "mode" | "lacpRate">;

export function createBond(model: NetworkModel, name: string, options: BondOptions = { mode: "lacp" }): NetworkModel {
  requireName(name);
  if (model.bonds.some((bond) => bond.name === name)) throw refuse(`${name} exists already`);
  if (options.mode !== "lacp" && options.lacpRate !== undefined)
    throw refuse(`${name} would speak no LACP, so it has no LACP rate`, "Leave --lacp-rate out, or --mode.");
  return { ...model, bonds: [...model.bonds, { name, ...options, members: [] }] };
}

export function deleteBond(model: NetworkModel, name: string): NetworkModel {
  requireBond(model, name);
  return {
    ...model,
    bonds: model.bonds.filter((bond) => bond.name !== name),
    settings: model.settings.filter(({ base }) => base !== name && vlanOf(base)?.parent !== name),
  };
}

export function deleteNetwork(model: NetworkModel, base: string): NetworkModel {
  if (!model.settings.some((setting) => setting.base === base))
    throw refuse(`there is no network on ${base} made by zs-network-setting`, "Look at what is there: zs-show-network");
  return { ...model, settings: model.settings.filter((setting) => setting.base !== base) };
}

export function addMember(model: NetworkModel, name: string, nic: string): NetworkModel {
  requireName(nic);
  const bond = requireBond(model, name);
  if (bond.members.includes(nic)) throw refuse(`${nic} is a member of ${name} already`);
  const other = model.bonds.find((entry) => entry.members.includes(nic));
  if (other)
    throw refuse(`${nic} is a member of ${other.name}`, `Take it out first: zs-nic-to-bond -d ${other.name} ${nic}`);
  if (model.bonds.some((entry) => entry.name === nic)) throw refuse(`${nic} is a bond and cannot be a member of one`);
  const [vlan] = vlansOn(model, nic);
  if (vlan !== undefined) throw refuse(`${vlan} is a VLAN on ${nic}`, `Delete it first: zs-network-setting -d ${vlan}`);
  return {
    ...withBond(model, { ...bond, members: [...bond.members, nic] }),
    // The NIC's own address, if it had one, goes with the NIC into the bond.
    settings: model.settings.filter((setting) => setting.base !== nic),
  };
}

export function removeMember(model: NetworkModel, name: string, nic: string): NetworkModel {
  const bond = requireBond(model, name);
  if (!bond.members.includes(nic)) throw refuse(`${nic} is not a member of ${name}`);
  return withBond(model, { ...bond, members: bond.members.filter((member) => member !== nic) });
}

export function setNetwork(model: NetworkModel, wanted: Setting): NetworkModel {
  requireName(wanted.base);
  requireName(carrierOf(wanted));
  const vlan = vlanOf(wanted.base);
  const below = vlan?.parent ?? wanted.base;
  const owner = model.bonds.find((bond) => bond.members.includes(below));
  if (owner) throw refuse(`${below} is a member of ${owner.name}; the address belongs on ${owner.name}`);
  const parentMtu = model.settings.find(({ base }) => base === vlan?.parent)?.mtu ?? null;
  if (parentMtu !== null && (wanted.mtu ?? 0) > parentMtu)
    throw refuse(`${wanted.base} cannot have MTU ${wanted.mtu}: ${below} below it has ${parentMtu}`);
  const { address } = wanted;
  if (address) requireAddress(address);
  const others = model.settings.filter((setting) => setting.base !== wanted.base);
  const sameIp = others.find((setting) => address && setting.address?.ip === address.ip);
  if (sameIp) throw refuse(`${address?.ip} is on ${carrierOf(sameIp)} already`);
  return { ...model, settings: placed(model.settings, wanted, (setting) => setting.base === wanted.base) };
}

/** In the place of the entry it replaces: the order of the model must not make a difference between two equal wishes. */
function placed<T>(entries: readonly T[], entry: T, isSame: (other: T) => boolean): T[] {
  return entries.some(isSame) ? entries.map((other) => (isSame(other) ? entry : other)) : [...entries, entry];
}

function requireAddress({ ip, prefixLength, gateway }: Address): void {
  const address = parseIpv4(ip);
  if (address === null) throw refuse(`"${ip}" is not an IPv4 address`);
  if (gateway === null) return;
  const via = parseIpv4(gateway);
  if (via === null) throw refuse(`"${gateway}" is not an IPv4 address`);
  if (networkOf(via, prefixLength) !== networkOf(address, prefixLength)) {
    throw refuse(`the gateway ${gateway} is outside the subnet of ${ip}/${prefixLength}`);
  }
}

/** The whole of a node's networks at once, as the panel plans them. Bonds and settings not named stay as they are. */
export function withNetworks(model: NetworkModel, networks: readonly NodeNetwork[]): NetworkModel {
  return networks.reduce((before, network) => {
    const single = network.link === "single";
    const base = single ? network.nics[0] : network.bond;
    if (base === undefined || base === null) throw refuse(`network ${network.id} names no ${single ? "NIC" : "bond"}`);
    let after = before;
    if (!single) {
      const mode = network.link === "bond-lacp" ? "lacp" : "active-backup";
      const rate = after.bonds.find((bond) => bond.name === base)?.lacpRate;
      // A rate set on the node stays: a plan that knows of none must not undo it.
      const kept = mode === "lacp" && rate !== undefined ? { lacpRate: rate } : {};
      const empty: Bond = { name: base, mode, ...kept, members: [] };
      const emptied = { ...after, bonds: placed(after.bonds, empty, (bond) => bond.name === requireName(base)) };
      after = network.nics.reduce((grown, nic) => addMember(grown, base, nic), emptied);
    }
    const { ip, prefixLength, gateway } = network;
    if (ip !== null && prefixLength === null)
      throw refuse(`network ${network.id} has an address without a prefix length`);
    const address = ip === null || prefixLength === null ? null : { ip, prefixLength, gateway };
    const tagged = network.vlan === undefined ? base : `${base}.${network.vlan}`;
    return setNetwork(after, { base: tagged, bridge: network.bridge, address, mtu: network.mtu });
  }, model);
}

function requireBond(model: NetworkModel, name: string): Bond {
  const bond = model.bonds.find((entry) => entry.name === name);
  if (bond === undefined)
    throw refuse(`there is no bond ${name} made by zs-bond-lacp`, `Create it first: zs-bond-lacp -c ${name}`);
  return bond;
}

const withBond = (model: NetworkModel, bond: Bond): NetworkModel => ({
  ...model,
  bonds: model.bonds.map((entry) => (entry.name === bond.name ? bond : entry)),
});

/** Every device the model makes or uses, NICs first: the order in which they must exist. */
export function devicesOf(model: NetworkModel): { nics: string[]; made: string[] } {
  const bonds = model.bonds.map((bond) => bond.name);
  const members = model.bonds.flatMap((bond) => bond.members);
  const bases = model.settings.map(({ base }) => vlanOf(base)?.parent ?? base).filter((base) => !bonds.includes(base));
  const vlans = model.settings.map(({ base }) => base).filter((base) => vlanOf(base) !== null);
  const bridges = model.settings.filter((setting) => setting.bridge).map((setting) => bridgeName(setting.base));
  return { nics: [...new Set([...members, ...bases])], made: [...bonds, ...vlans, ...bridges] };
}
