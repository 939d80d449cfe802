import { broadcastOf, formatIpv4, networkOf } from "@/lib/ipv4";

/** A range of IPv4 addresses with a prefix, as plans compare them. */
export interface Subnet {
  /** Lowest address: the network's own. */
  first: number;
  /** Highest address: the broadcast one. */
  last: number;
  prefixLength: number;
}

export const subnetOf = (address: number, prefixLength: number): Subnet => ({
  first: networkOf(address, prefixLength),
  last: broadcastOf(address, prefixLength),
  prefixLength,
});

export const inSubnet = (address: number, subnet: Subnet): boolean => address >= subnet.first && address <= subnet.last;

export const subnetsOverlap = (a: Subnet, b: Subnet): boolean => a.first <= b.last && b.first <= a.last;

export const formatSubnet = (subnet: Subnet): string => `${formatIpv4(subnet.first)}/${subnet.prefixLength}`;

export const isLoopback = (address: number): boolean => Math.floor(address / 2 ** 24) === 127;

/** An address a node may carry: not 0/8, loopback, multicast or above. */
export function isUnicast(address: number): boolean {
  const top = Math.floor(address / 2 ** 24);
  return top !== 0 && top !== 127 && top < 224;
}
