import { say } from "@/contract/sentence";
import type { CephResult } from "@/suite/ceph/ceph-cli";
import type { FencingCeph } from "@/suite/ceph/warm-ceph";

export interface FenceOrder {
  /** Fenced before anything is read: a monitor write that works while the image's watchers cannot be listed. */
  readonly first: readonly string[];
  /** This node's own living QEMU, when it has one. */
  readonly spare: string | null;
  /** Host whose OSDs died with it. */
  readonly markDown: string | null;
  /** Called before openers that nobody had announced are fenced: recorded first, or an interrupted fence leaves entries nobody lifts. */
  readonly onFound?: (addresses: readonly string[]) => Promise<void>;
  /** Told what each part took: where the seconds of a slow fence went. */
  readonly onPart?: (part: string, milliseconds: number) => void;
}

/** Looks again this often: each fenced watcher leaves at once, a new one may have come meanwhile. */
const rounds = 4;

/**
 * Leaves nobody but `spare` able to write the image, or says why not. Recorded addresses are fenced and the OSDs of the dead host
 * marked down at the same time, both writes of a monitor that needs no OSD; only then the openers are listed, which waits for
 * those OSDs otherwise.
 */
export async function fenceImage(ceph: FencingCeph, order: FenceOrder): Promise<CephResult<string[]>> {
  const fenced = new Set<string>();
  const first = order.first.filter((address) => address !== order.spare);
  const timed = <T>(part: string, work: Promise<T>): Promise<T> => {
    const began = performance.now();
    return work.finally(() => order.onPart?.(part, performance.now() - began));
  };
  const [recorded] = await Promise.all([
    timed("blocklist", fenceAll(ceph, first, fenced)),
    timed("mark down", markHostDown(ceph, order.markDown)),
  ]);
  if (!recorded.ok) return recorded;
  for (let round = 0; round < rounds; round += 1) {
    const openers = await timed("list openers", ceph.openers());
    if (!openers.ok) return openers;
    const open = [...new Set([...openers.value.watchers, ...openers.value.holders])].filter(
      (address) => address !== order.spare && !fenced.has(address),
    );
    if (open.length === 0) return { ok: true, value: [...fenced] };
    await order.onFound?.(open);
    const done = await fenceAll(ceph, open, fenced);
    if (!done.ok) return done;
  }
  return {
    ok: false,
    because: say("fence-chased", {
      image: `${ceph.pool}/${ceph.image}`,
      addresses: [...fenced].join(", "),
    }),
  };
}

async function fenceAll(
  ceph: FencingCeph,
  addresses: readonly string[],
  fenced: Set<string>,
): Promise<CephResult<null>> {
  const results = await Promise.all(addresses.map((address) => ceph.fence(address)));
  const failure = results.find((result) => !result.ok);
  if (failure !== undefined) return failure;
  for (const address of addresses) fenced.add(address);
  return { ok: true, value: null };
}

/** A convenience, no part of the fence: where it fails the listing below waits for Ceph's own heartbeats. */
async function markHostDown(ceph: FencingCeph, host: string | null): Promise<void> {
  if (host === null) return;
  const osds = await ceph.osdsOf(host);
  if (osds.ok && osds.value.length > 0) await ceph.markDown(osds.value);
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
