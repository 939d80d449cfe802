"use client";

import { useSyncExternalStore } from "react";

/** Ages are told in seconds. Shorter: all ages re-render for nothing. Longer: "3 s ago" sticks visibly. */
const tickMs = 1000;

let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  nowMs = Date.now();
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const each of listeners) each();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The current time, ticking once a second for everybody together. Null while rendering on the server: there is no "now" to agree on. */
export function useNow(): number | null {
  return useSyncExternalStore(
    subscribe,
    () => nowMs,
    () => null,
  );
}

/**
 * What `judge` makes of the time, which ticks on: who asks is drawn anew only when that is another value. Give a text, a number or an object
 * that stays the same one. Null while rendering on the server.
 */
export function useJudgedNow<T>(judge: (nowMs: number | null) => T): T {
  return useSyncExternalStore(
    subscribe,
    () => judge(nowMs),
    () => judge(null),
  );
}

const nothingChanges = () => () => undefined;

/** False while rendering on the server and until the browser's script has come. */
export const useIsAwake = (): boolean =>
  useSyncExternalStore(
    nothingChanges,
    () => true,
    () => false,
  );
