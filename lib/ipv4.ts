const octet = /^(0|[1-9][0-9]{0,2})$/;

/** The address as a number, or null. Leading zeros are refused: some resolvers read them as octal. */
export function parseIpv4(text: string): number | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  let value = 0;
  for (const part of parts) {
    if (!octet.test(part) || Number(part) > 255) return null;
    value = value * 256 + Number(part);
  }
  return value;
}

export function formatIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

export function netmaskOf(prefixLength: number): number {
  return 2 ** 32 - 2 ** (32 - prefixLength);
}

/** Prefix length of a dotted netmask; null when it is no address or its ones are not contiguous. */
export function prefixLengthOf(netmask: string): number | null {
  const value = parseIpv4(netmask);
  if (value === null) return null;
  for (let length = 0; length <= 32; length += 1) if (netmaskOf(length) === value) return length;
  return null;
}

export function networkOf(address: number, prefixLength: number): number {
  const size = 2 ** (32 - prefixLength);
  return Math.floor(address / size) * size;
}

export function broadcastOf(address: number, prefixLength: number): number {
  return networkOf(address, prefixLength) + 2 ** (32 - prefixLength) - 1;
}

/** True when a host may carry the address: not the subnet's own and not its broadcast address (/31 and /32 have neither). */
export function isHostAddress(address: number, prefixLength: number): boolean {
  if (prefixLength >= 31) return true;
  return address !== networkOf(address, prefixLength) && address !== broadcastOf(address, prefixLength);
}
