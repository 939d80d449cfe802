import { createHash } from "node:crypto";
import type { RunEvent } from "@/contract/run";

/**
 * Each event carries SHA-256 over the hash before it and its own canonical JSON: an event that was altered, removed or put
 * in between breaks every hash after it. The first event follows `chainStart`.
 */
export interface SealedEvent extends RunEvent {
  readonly prevHash: string;
  readonly hash: string;
}

export const chainStart = "0".repeat(64);

export function sealEvent(prevHash: string, event: RunEvent): SealedEvent {
  return { ...event, prevHash, hash: eventHash(prevHash, event) };
}

function eventHash(prevHash: string, { runId, seq, at, body }: RunEvent): string {
  return createHash("sha256").update(prevHash).update(canonicalJson({ runId, seq, at, body })).digest("hex");
}

/** The first thing wrong with the chain, or null. */
export function findChainBreak(events: readonly SealedEvent[]): { seq: number; reason: string } | null {
  let prevHash = chainStart;
  let seq = 0;
  for (const event of events) {
    seq += 1;
    if (event.seq !== seq) return { seq, reason: `expected event ${seq}, found ${event.seq}` };
    if (event.prevHash !== prevHash) return { seq, reason: `event ${seq} does not follow the event before it` };
    if (event.hash !== eventHash(prevHash, event)) return { seq, reason: `event ${seq} was altered` };
    prevHash = event.hash;
  }
  return null;
}

/** JSON with sorted keys and no `undefined`: the same value has the same text whichever database returned it. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

export const digestOf = (value: unknown): string => createHash("sha256").update(canonicalJson(value)).digest("hex");

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]),
  );
}
