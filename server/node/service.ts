import type { NodeFacts } from "@/contract/node-facts";
import { hostOf } from "@/server/cluster/service";
import { collectFacts } from "@/server/node/collect-facts";
import { oncePerProcess } from "@/server/process";

/**
 * A reading starts dozens of programs on the node: it is made anew no sooner than this, however many look. Shorter: twenty open pages keep the
 * nodes busy with nothing else. Longer: a page that asks every half minute is told the same twice.
 */
const factsAgeMs = 25_000;

interface Reading {
  readonly atMs: number;
  readonly facts: Promise<NodeFacts>;
}
const readings = (): Map<string, Reading> => oncePerProcess("node facts", () => new Map<string, Reading>());

/** As they were read last; once they are too old they are read anew, once at a time. */
export async function nodeFacts(clusterId: string, node: string): Promise<NodeFacts> {
  const host = await hostOf(clusterId, node);
  return await sharedReading(`${clusterId} ${node}`, () => collectFacts(host), Date.now());
}

/** One that failed is nobody's: the next who asks has it tried again. */
export function sharedReading(key: string, read: () => Promise<NodeFacts>, nowMs: number): Promise<NodeFacts> {
  const known = readings().get(key);
  if (known !== undefined && nowMs - known.atMs < factsAgeMs) return known.facts;
  const reading: Reading = { atMs: nowMs, facts: read() };
  readings().set(key, reading);
  reading.facts.catch(() => {
    if (readings().get(key) === reading) readings().delete(key);
  });
  return reading.facts;
}
