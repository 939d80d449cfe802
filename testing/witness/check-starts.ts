// I1, I3 and I5 from the process table, Ceph's blocklist and the operator's own calls.
import type { BlockEntry, Finding, History, QemuLife } from "@/testing/witness/history";

/**
 * Two looks at the process table lie this far apart at most on a loaded machine, and CPU time is counted in ticks of 10 ms:
 * a hand-over between two looks may seem to overlap by that much. Shorter reports migrations; longer misses short overlaps,
 * which the ring still shows.
 */
export const lookSlackMs = 1_000;

export function checkStarts(history: History): Finding[] {
  return [...twoRunning(history), ...epochOrder(history), ...duplicateStarts(history), ...whileStopped(history)];
}

/** I1: never two with running CPUs of which none is shut out from storage. */
function twoRunning({ qemus, blocks }: History): Finding[] {
  const ran = qemus.flatMap((life) =>
    life.ranFrom === null || life.ranTo === null
      ? []
      : [{ life, from: life.ranFrom, to: Math.min(life.ranTo, shutOutAt(life, blocks)) }],
  );
  return ran.flatMap((one, index) =>
    ran.slice(index + 1).flatMap((other) => {
      const overlap = Math.min(one.to, other.to) - Math.max(one.from, other.from);
      if (overlap <= lookSlackMs) return [];
      const who = [one, other]
        .map(({ life }) => `${life.node} (process ${life.id}, epoch ${life.epoch})`)
        .join(" and ");
      const seconds = (overlap / 1000).toFixed(1);
      return [{ code: "two-running", text: `${who} ran for ${seconds} s, both with access to the image` } as const];
    }),
  );
}

/** From its blocklist entry on a QEMU may run, but never reaches the image again. */
function shutOutAt(life: QemuLife, blocks: readonly BlockEntry[]): number {
  const own = blocks.filter(({ address }) => address === life.address);
  const first = Math.min(...own.map(({ at }) => at));
  return own.length === 0 ? Number.POSITIVE_INFINITY : first;
}

/** I3: every start carries a higher epoch than all before it. */
function epochOrder({ qemus }: History): Finding[] {
  const starts = qemus.filter((life) => !life.isIncoming).toSorted((a, b) => a.seenFrom - b.seenFrom);
  return starts.flatMap((life, index) => {
    const before = starts[index - 1];
    if (before === undefined || life.epoch > before.epoch) return [];
    const text = `${life.node} started epoch ${life.epoch} after ${before.node} had started epoch ${before.epoch}`;
    return [{ code: "epoch-order", text } as const];
  });
}

function duplicateStarts({ startRecords }: History): Finding[] {
  const twice = startRecords.filter((id, index) => startRecords.indexOf(id) !== index);
  return [...new Set(twice)].map((id) => ({ code: "duplicate-start", text: `start ${id} is on record twice` }));
}

/** I5. A receiving QEMU is no start. */
function whileStopped({ qemus, stopped }: History): Finding[] {
  return qemus
    .filter((life) => !life.isIncoming)
    .filter((life) => stopped.some(({ from, to }) => life.seenFrom > from && life.seenFrom < (to ?? Infinity)))
    .map((life) => ({
      code: "start-while-stopped",
      text: `${life.node} started epoch ${life.epoch} while the intent was stopped`,
    }));
}
