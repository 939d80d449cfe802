import type { NodeFacts } from "@/contract/node-facts";
import { hostOf } from "@/server/cluster/service";
import { collectFacts } from "@/server/node/collect-facts";
import { oncePerProcess } from "@/server/process";

/**
 * A reading starts dozens of programs on the node: it is made anew no sooner than this, however many look. Shorter: twenty open pages keep the
 * nodes busy with nothing else. Longer: a page that asks every half minute is told the same twice.
 */
const factsAgeMs = 25_000;
/**
 * Up to then who asks is told what was read last, with its time, while it is read anew for the next: a page that opens has its picture at
 * once, not after two seconds. Longer: what is shown may be older than a page may believe.
 */
const factsStaleMs = 55_000;

interface Reading {
  readonly atMs: number;
  readonly facts: Promise<NodeFacts>;
  /** It has begun to be read anew. */
  isRenewed: boolean;
}
const readings = (): Map<string, Reading> => oncePerProcess("node facts", () => new Map<string, Reading>());

/** As they were read last; once they are old they are read anew, once at a time. */
export async function nodeFacts(clusterId: string, node: string): Promise<NodeFacts> {
  const host = await hostOf(clusterId, node);
  return await sharedReading(`${clusterId} ${node}`, () => collectFacts(host), Date.now());
}

/** One that failed is nobody's: the next who asks has it tried again. */
export function sharedReading(key: string, read: () => Promise<NodeFacts>, nowMs: number): Promise<NodeFacts> {
  const known = readings().get(key);
  if (known === undefined || nowMs - known.atMs >= factsStaleMs) return begin(key, read, nowMs);
  if (nowMs - known.atMs >= factsAgeMs && !known.isRenewed) void renew(key, known, read, nowMs);
  return known.facts;
}

function begin(key: string, read: () => Promise<NodeFacts>, nowMs: number): Promise<NodeFacts> {
  const reading: Reading = { atMs: nowMs, facts: read(), isRenewed: false };
  readings().set(key, reading);
  reading.facts.catch(() => {
    if (readings().get(key) === reading) readings().delete(key);
  });
  return reading.facts;
}

/** Takes the old one's place once it is there. One that failed takes the old one away: the next who asks is told why. */
async function renew(key: string, old: Reading, read: () => Promise<NodeFacts>, nowMs: number): Promise<void> {
  old.isRenewed = true;
  const facts = read();
  const succeeded = await facts.then(
    () => true,
    () => false,
  );
  if (readings().get(key) !== old) return;
  if (succeeded) readings().set(key, { atMs: nowMs, facts, isRenewed: false });
  else readings().delete(key);
}
