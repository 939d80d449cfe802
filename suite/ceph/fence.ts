import type { CephCli, CephResult } from "@/suite/ceph/ceph-cli";

export interface FenceOrder {
  /** Fenced before anything is read: a monitor write that works while the image's watchers cannot be listed. */
  readonly first: readonly string[];
  /** This node's own living QEMU, when it has one. */
  readonly spare: string | null;
  /** Host whose OSDs died with it. */
  readonly markDown: string | null;
}

/** Looks again this often: each fenced watcher leaves at once, a new one may have come meanwhile. */
const rounds = 4;

/**
 * Leaves nobody but `spare` able to write the image, or says why not. Recorded addresses go first; then the OSDs of the
 * dead host are marked down, because the listing that follows waits for them otherwise.
 */
export async function fenceImage(ceph: CephCli, order: FenceOrder): Promise<CephResult<string[]>> {
  const fenced = new Set<string>();
  for (const address of order.first) {
    if (address === order.spare) continue;
    const done = await ceph.fence(address);
    if (!done.ok) return done;
    fenced.add(address);
  }
  if (order.markDown !== null) {
    const osds = await ceph.osdsOf(order.markDown);
    if (osds.ok && osds.value.length > 0) await ceph.markDown(osds.value);
  }
  for (let round = 0; round < rounds; round += 1) {
    const [watchers, holders] = await Promise.all([ceph.watchers(), ceph.lockHolders()]);
    if (!watchers.ok) return watchers;
    if (!holders.ok) return holders;
    const open = [...new Set([...watchers.value, ...holders.value])].filter(
      (address) => address !== order.spare && !fenced.has(address),
    );
    if (open.length === 0) return { ok: true, value: [...fenced] };
    for (const address of open) {
      const done = await ceph.fence(address);
      if (!done.ok) return done;
      fenced.add(address);
    }
  }
  return { ok: false, because: `new clients keep opening ${ceph.pool}/${ceph.image}: ${[...fenced].join(", ")}` };
}

/** "10.0.0.1:0/123" → "10.0.0.1"; "[fd00::1]:0/5" → "fd00::1". */
export const hostOfAddress = (address: string): string => {
  const bracketed = /^\[([^\]]+)\]/.exec(address)?.[1];
  return bracketed ?? address.slice(0, address.lastIndexOf(":"));
};

/** Which of the watchers is the QEMU that was started here. Null: not there yet, or not to be told apart. */
export function ownAddress(
  watchers: readonly string[],
  holders: readonly string[],
  localIps: ReadonlySet<string>,
  not: readonly string[],
): string | null {
  const here = watchers.filter((address) => localIps.has(hostOfAddress(address)) && !not.includes(address));
  if (here.length === 1) return here[0] ?? null;
  // Somebody on this node has the image open beside QEMU: the writer is the one that holds the lock.
  return here.find((address) => holders.includes(address)) ?? null;
}
