// I2 and "no acknowledged write is lost", from numbers alone. Times serve only to know which writes a reading of the ring
// must contain: a write that was in flight when its writer was frozen may be acknowledged minutes later and is legal.
import type { Ack, Finding, History, RingReading } from "@/testing/witness/history";

/** A boot of the guest: one writer. Its first number is prev + 1. */
interface Writer {
  boot: string;
  epoch: number;
  node: string;
  prev: number;
  firstAt: number;
}

export function checkWrites(history: History): Finding[] {
  const acks = history.acks.filter((ack) => ack.ok);
  const writers = writersOf(acks);
  const late = writers.flatMap((writer, index) => afterSuccessor(writer, writers.slice(index + 1), acks));
  return [...late, ...history.rings.flatMap((ring) => checkRing(ring, acks, writers))];
}

/** In the order of their epochs, which is the order in which they may write. Two boots of one QEMU share an epoch: then by start. */
function writersOf(acks: readonly Ack[]): Writer[] {
  const byBoot = new Map<string, Writer>();
  for (const { boot, epoch, node, prev, at } of acks) {
    if (!byBoot.has(boot)) byBoot.set(boot, { boot, epoch, node, prev, firstAt: at });
  }
  return [...byBoot.values()].toSorted((a, b) => a.epoch - b.epoch || a.prev - b.prev || a.firstAt - b.firstAt);
}

/** Whatever an earlier writer had acknowledged, its successor must have found: nothing beyond the successor's `prev`. */
function afterSuccessor(writer: Writer, later: readonly Writer[], acks: readonly Ack[]): Finding[] {
  return later.flatMap((successor) => {
    const beyond = acks.filter((ack) => ack.boot === writer.boot && ack.seq > successor.prev);
    const [first] = beyond;
    if (first === undefined) return [];
    const isStale = beyond.some((ack) => ack.at > successor.firstAt);
    const numbers = `${beyond.length} writes from number ${first.seq}`;
    const who = `epoch ${writer.epoch} on ${writer.node}`;
    return [
      isStale
        ? finding(
            "double-writer",
            `${who} had ${numbers} acknowledged although epoch ${successor.epoch} began after number ${successor.prev} and was writing`,
          )
        : finding(
            "lost-ack",
            `${who} had ${numbers} acknowledged, but epoch ${successor.epoch} found nothing after ${successor.prev} on the disk`,
          ),
    ];
  });
}

function checkRing(ring: RingReading, acks: readonly Ack[], writers: readonly Writer[]): Finding[] {
  return [...checkOrder(ring, writers), ...checkPresence(ring, acks, writers)];
}

/** By number, epochs never fall: one interleaving. And no record of an epoch lies beyond what its successor found. */
function checkOrder(ring: RingReading, writers: readonly Writer[]): Finding[] {
  const records = ring.slots
    .flatMap((slot) => (slot.kind === "record" ? [slot] : []))
    .toSorted((a, b) => a.seq - b.seq);
  const findings: Finding[] = [];
  let highest = 0;
  for (const record of records) {
    if (record.epoch < highest) {
      findings.push(
        finding(
          "double-writer",
          `number ${record.seq} of epoch ${record.epoch} lies on the disk after epoch ${highest}`,
        ),
      );
      break;
    }
    highest = record.epoch;
  }
  for (const writer of writers) {
    const stale = records.find((record) => record.epoch < writer.epoch && record.seq > writer.prev);
    if (stale === undefined) continue;
    findings.push(
      finding(
        "double-writer",
        `number ${stale.seq} of epoch ${stale.epoch} (${stale.node}) was written after epoch ${writer.epoch} had found ${writer.prev} to be the last`,
      ),
    );
  }
  return findings;
}

/** Each slot holds the newest number acknowledged for it before the reading began, or a newer one. */
function checkPresence(ring: RingReading, acks: readonly Ack[], writers: readonly Writer[]): Finding[] {
  const findings = new Map<string, { count: number; finding: Finding }>();
  const note = (kind: string, made: Finding): void => {
    const known = findings.get(kind);
    findings.set(kind, { count: (known?.count ?? 0) + 1, finding: known?.finding ?? made });
  };
  const place = new Map(writers.map((writer, index) => [writer.boot, index]));
  for (const [slot, expected] of newestPerSlot(ring, acks, place)) {
    const found = ring.slots[slot] ?? { kind: "empty" };
    const wanted = `number ${expected.seq} of epoch ${expected.epoch}`;
    if (found.kind !== "record") {
      const code = found.kind === "torn" ? "torn-record" : "lost-ack";
      note(code, finding(code, `${wanted} was acknowledged, but its slot ${slot} is ${found.kind}`));
    } else if (found.epoch < expected.epoch) {
      note(
        "stale",
        finding("double-writer", `${wanted} was overwritten by number ${found.seq} of epoch ${found.epoch}`),
      );
    } else if (found.seq < expected.seq) {
      note("lost", finding("lost-ack", `${wanted} was acknowledged, but its slot holds number ${found.seq}`));
    } else if (found.seq === expected.seq && found.boot !== expected.boot && !isLater(place, found.boot, expected)) {
      note("other", finding("double-writer", `${wanted} was written by another boot of the guest, ${found.boot}`));
    }
  }
  return [...findings.values()].map(({ count, finding: made }) =>
    count === 1 ? made : { ...made, text: `${made.text} (and ${count - 1} more like it)` },
  );
}

const isLater = (place: ReadonlyMap<string, number>, boot: string, than: Ack): boolean =>
  (place.get(boot) ?? Number.POSITIVE_INFINITY) > (place.get(than.boot) ?? -1);

function newestPerSlot(ring: RingReading, acks: readonly Ack[], place: ReadonlyMap<string, number>): Map<number, Ack> {
  const newest = new Map<number, Ack>();
  const rank = (ack: Ack): number => place.get(ack.boot) ?? -1;
  for (const ack of acks) {
    if (ack.at >= ring.from) continue;
    const slot = ack.seq % ring.slots.length;
    const known = newest.get(slot);
    if (known === undefined || ack.seq > known.seq || (ack.seq === known.seq && rank(ack) > rank(known))) {
      newest.set(slot, ack);
    }
  }
  return newest;
}

const finding = (code: Finding["code"], text: string): Finding => ({ code, text });
