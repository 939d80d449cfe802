const macText = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

/** Lower case with colons, or null when the text is not a MAC address. Dashes are accepted: switches print them. */
export function parseMac(text: string): string | null {
  const plain = text.trim().toLowerCase().replaceAll("-", ":");
  return macText.test(plain) ? plain : null;
}

const firstByte = (mac: string): number => Number.parseInt(mac.slice(0, 2), 16);

export const isMulticastMac = (mac: string): boolean => (firstByte(mac) & 1) === 1;
/** Set by an administrator, so it cannot collide with a manufacturer's. */
export const isLocallyAdministeredMac = (mac: string): boolean => (firstByte(mac) & 2) === 2;

/** A unicast, locally administered address from six random bytes (A16). Pure: the caller brings the randomness. */
export function localMac(randomBytes: Uint8Array): string {
  if (randomBytes.length !== 6) throw new RangeError(`a MAC address needs 6 random bytes, not ${randomBytes.length}`);
  return [...randomBytes]
    .map((byte, at) => (at === 0 ? (byte & 0xfc) | 0x02 : byte))
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join(":");
}

/** A local MAC that none of `taken` is. Draws again on a collision; 2^46 addresses make a second draw all but unheard of. */
export function unusedLocalMac(taken: readonly string[], draw: () => Uint8Array): string {
  for (;;) {
    const mac = localMac(draw());
    if (!taken.some((other) => parseMac(other) === mac)) return mac;
  }
}
