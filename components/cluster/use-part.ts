"use client";

import { useState } from "react";
import { writtenAllTheWhile } from "@/components/cluster/written-all-the-while";
import type { Observed } from "@/contract/observed";
import { keeping } from "@/lib/change";

/** A reading that says the same again so soon is the former one. Longer: together with what a page lets pass, its age is told too old. */
const sameForMs = 4_000;

/**
 * Of a reading what one card shows, with the reading's own age: the same object until that changes, so that a card is not drawn for what stands on
 * another.
 */
export function usePart<T, P>(reading: Observed<T>, pick: (value: T) => P): Observed<P> {
  const part: Observed<P> = reading.state === "known" ? { ...reading, value: pick(reading.value) } : reading;
  const [kept, setKept] = useState(part);
  if (kept === part || saysTheSame(kept, part)) return kept;
  setKept(part);
  return part;
}

function saysTheSame<P>(kept: Observed<P>, part: Observed<P>): boolean {
  if (kept.state === "unknown" || part.state === "unknown") return false;
  const isYoung = Date.parse(part.at) - Date.parse(kept.at) < sameForMs;
  return isYoung && keeping(kept.value, part.value, writtenAllTheWhile) === kept.value;
}
