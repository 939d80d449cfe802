"use client";

import { useState } from "react";
import type { Observed } from "@/contract/observed";

/** A reading that says the same again so soon is the former one. Longer: its time is forgotten before it is drawn anew. */
const sameForMs = 30_000;

/**
 * Of a reading what one card shows, with the reading's own time: the same object until that changes, so that a card is not drawn for what stands
 * on another.
 */
export function usePart<T, P extends object>(reading: Observed<T>, pick: (value: T) => P): Observed<P> {
  const part: Observed<P> = reading.state === "known" ? { ...reading, value: pick(reading.value) } : reading;
  const [kept, setKept] = useState(part);
  if (kept === part || saysTheSame(kept, part)) return kept;
  setKept(part);
  return part;
}

/** What a live picture has not drawn anew is the very object it was. */
function saysTheSame<P extends object>(kept: Observed<P>, part: Observed<P>): boolean {
  if (kept.state === "unknown" || part.state === "unknown") return false;
  if (Date.parse(part.at) - Date.parse(kept.at) >= sameForMs) return false;
  const before = new Map(Object.entries(kept.value));
  return Object.entries(part.value).every(([key, value]) => Object.is(before.get(key), value));
}
