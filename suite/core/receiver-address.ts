/**
 * Storage client of the node that has just received the VM, among all that watch the image; the source's own may linger beside it.
 * Null when that leaves nobody, or more than one: a stranger's address on record would be worse than none.
 */
export function receiverAddress(watchers: readonly string[], source: string | null): string | null {
  const others = watchers.filter((address) => address !== source);
  return others.length === 1 ? (others[0] ?? null) : null;
}
