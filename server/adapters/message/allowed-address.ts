import { BlockList, isIP } from "node:net";

/**
 * Where messages never go: this machine, the link it hangs on and groups of machines. An address that is entered for a chat must not
 * become a way into the panel's own or its cloud's services. Private networks are allowed: that is where receivers live.
 */
const refused = new BlockList();
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["224.0.0.0", 3],
] as const)
  refused.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of [
  ["::", 128],
  ["::1", 128],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  refused.addSubnet(net, prefix, "ipv6");

export function isRefusedAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return isRefusedAddress(mapped);
  const family = isIP(address);
  return family === 0 || refused.check(address, family === 6 ? "ipv6" : "ipv4");
}
