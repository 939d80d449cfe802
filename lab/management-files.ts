// The management address as an installer leaves it, in the files of each network stack. Pure.
import { NETWORK_PLAN, type PlannedNode, type Stack } from "@/lab/plan";

export interface SeedFile {
  path: string;
  text: string;
  permissions: number;
}

export function managementFiles(node: PlannedNode, stack: Stack): SeedFile[] {
  const { gateway } = NETWORK_PLAN.management;
  const address = `${node.managementIp}/24`;
  switch (stack) {
    case "networkd":
      return [file("etc/systemd/network/10-eth0.network", networkd(address, gateway))];
    case "networkmanager":
      return [
        // No connection of its own accord for a NIC that nobody configured, as on a server.
        file("etc/NetworkManager/conf.d/10-server.conf", "[main]\nno-auto-default=*\n"),
        // NetworkManager ignores a file that others may read.
        file("etc/NetworkManager/system-connections/eth0.nmconnection", keyfile(address, gateway), 0o600),
      ];
    case "ifupdown":
      return [file("etc/network/interfaces", interfaces(address, gateway))];
  }
}

function file(path: string, text: string, permissions = 0o644): SeedFile {
  return { path, text, permissions };
}

function networkd(address: string, gateway: string): string {
  return `[Match]
Name=eth0

[Network]
Address=${address}
Gateway=${gateway}
LinkLocalAddressing=no
IPv6AcceptRA=no
`;
}

function keyfile(address: string, gateway: string): string {
  return `[connection]
id=eth0
uuid=5f6e1e4e-0e00-4c00-8e00-0000000000e0
type=ethernet
interface-name=eth0

[ipv4]
method=manual
address1=${address},${gateway}

[ipv6]
method=disabled
`;
}

function interfaces(address: string, gateway: string): string {
  return `source /etc/network/interfaces.d/*

auto lo
iface lo inet loopback

auto eth0
iface eth0 inet static
    address ${address}
    gateway ${gateway}
`;
}
