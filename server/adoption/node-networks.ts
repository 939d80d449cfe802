import type { NodeNetwork } from "@/contract/net-apply";
import { bridgeName, carrierOf, type NetworkModel, type ShownNetwork, vlanOf } from "@/contract/network-model";
import type { NetworkId } from "@/contract/network-plan";
import { say, type Sentence } from "@/contract/sentence";
import { networkOf, parseIpv4 } from "@/lib/ipv4";

/** What a node says of its networks, and by what its cluster knows them. */
export interface NetworksSeen {
  readonly node: string;
  readonly storageIp: string;
  /** Where the panel's ssh goes. */
  readonly address: string;
  /** The management VM's, of the configuration; null: it names none. */
  readonly managementBridge: string | null;
  readonly model: NetworkModel;
  /** Device → MTU now: where the model leaves it to the kernel. */
  readonly mtus: Readonly<Record<string, number>>;
}

type Setting = NetworkModel["settings"][number];

export type NodeNetworks = { readonly known: readonly NodeNetwork[] } | { readonly unknown: Sentence };

/**
 * Which of a node's networks is which: storage carries the address the cluster knows the node by, management the management VM's bridge;
 * what is left is the guests'. More than one of those would be a guess.
 */
export function networksOnNode(seen: NetworksSeen): NodeNetworks {
  const { node, storageIp, address, managementBridge, model } = seen;
  const storage = model.settings.find((setting) => setting.address?.ip === storageIp);
  if (storage === undefined) return { unknown: say("adopt-network-unseen", { node, network: "storage" }) };
  const others = model.settings.filter((setting) => setting !== storage);
  const management =
    others.find((setting) => setting.bridge && bridgeName(setting.base) === managementBridge) ??
    others.find((setting) => setting.address?.ip === address);
  if (!management?.address) return { unknown: say("adopt-network-unseen", { node, network: "management" }) };
  const rest = others.filter((setting) => setting !== management);
  if (rest.length > 1)
    return { unknown: say("adopt-networks-many", { node, devices: rest.map(carrierOf).join(", ") }) };
  const picks: [NetworkId, Setting][] = [
    ["storage", storage],
    ["management", management],
    ...rest.map((setting): [NetworkId, Setting] => ["data", setting]),
  ];
  return { known: picks.map(([id, setting]) => networkOfSetting(id, setting, seen)) };
}

/** Ethernet's, and what the kernel gives a device that nobody told otherwise. */
const kernelMtu = 1500;

function networkOfSetting(id: NetworkId, setting: Setting, { model, mtus }: NetworksSeen): NodeNetwork {
  const vlan = vlanOf(setting.base);
  const trunk = vlan?.parent ?? setting.base;
  const bond = model.bonds.find(({ name }) => name === trunk);
  const link = bond === undefined ? "single" : bond.mode === "lacp" ? "bond-lacp" : "bond-active-backup";
  const { address, bridge } = setting;
  return {
    id,
    link,
    nics: bond?.members ?? [trunk],
    bond: bond?.name ?? null,
    bridge,
    ...(vlan === null ? {} : { vlan: vlan.id }),
    mtu: setting.mtu ?? mtus[carrierOf(setting)] ?? kernelMtu,
    ip: address?.ip ?? null,
    prefixLength: address?.prefixLength ?? null,
    gateway: address?.gateway ?? null,
  };
}

const modes: Readonly<Record<string, "lacp" | "active-backup">> = { "4": "lacp", "1": "active-backup" };

/**
 * The same of a node whose networks somebody else's files make: what the kernel has, as far as the suite could have made it. A bond of
 * another mode, a bridge of another name and a NIC without address are left out, and then missed by name.
 */
export function modelOfKernel({ bonds, devices }: ShownNetwork, gateway: string | null): NetworkModel {
  const usable = bonds.flatMap(({ name, members, options }) => {
    const mode = modes[/\bmode=(\d)/.exec(options)?.[1] ?? ""];
    return mode === undefined ? [] : [{ name, mode, members }];
  });
  const strange = new Set(
    bonds.filter(({ name }) => !usable.some((bond) => bond.name === name)).map(({ name }) => name),
  );
  const ports = new Set(devices.flatMap((device) => device.ports));
  const carryingVlans = new Set(devices.flatMap(({ name }) => vlanOf(name)?.parent ?? []));
  const settings = devices.flatMap(({ name, kind, mtu, ...device }): Setting[] => {
    const bridge = kind === "bridge";
    const base = bridge ? device.ports.find((port) => bridgeName(port) === name) : name;
    if (base === undefined || ports.has(name) || strange.has(vlanOf(base)?.parent ?? base)) return [];
    const address = addressOf(device.addresses, gateway);
    const isIdle = address === null && (kind === "nic" || carryingVlans.has(name));
    return isIdle ? [] : [{ base, bridge, address, mtu }];
  });
  return { protocol: 1, bonds: usable, settings };
}

function addressOf(addresses: readonly string[], gateway: string | null): Setting["address"] {
  const [ip = "", prefix = ""] = addresses[0]?.split("/") ?? [];
  const [own, via] = [parseIpv4(ip), gateway === null ? null : parseIpv4(gateway)];
  const prefixLength = Number(prefix);
  if (own === null || !Number.isInteger(prefixLength)) return null;
  const isNear = via !== null && networkOf(via, prefixLength) === networkOf(own, prefixLength);
  return { ip, prefixLength, gateway: isNear ? gateway : null };
}
