import { bondTable, deviceTable, type ShownDevice } from "@/suite/net/bond-table";
import { type KernelBond, type Link, readBonds, readLinks } from "@/suite/net/links";

export interface ShownNetwork {
  bonds: KernelBond[];
  devices: ShownDevice[];
}

export async function readShownNetwork(): Promise<ShownNetwork> {
  const [bonds, links] = await Promise.all([readBonds(), readLinks()]);
  return { bonds, devices: shownDevices(links) };
}

/** What the kernel has: bonds, bridges and whatever carries an address or could. Guests' taps are left out. */
export function shownDevices(links: readonly Link[]): ShownDevice[] {
  return links
    .filter((link) => link.name !== "lo" && !["tun", "vxlan"].includes(link.kind))
    .map((link) => ({
      name: link.name,
      kind: ["bond", "bridge", "vlan"].includes(link.kind) ? link.kind : "nic",
      ports: links.filter((port) => port.master === link.name).map((port) => port.name),
      addresses: link.addresses,
      mtu: link.mtu,
      state: link.up ? (link.carrier ? "up" : "no-carrier") : "down",
    }));
}

export const showText = (network: ShownNetwork): string =>
  `${bondTable(network.bonds)}\n\n${deviceTable(network.devices)}`;
