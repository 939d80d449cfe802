"use client";

import { useCallback, useState, useSyncExternalStore } from "react";
import { useJudgedNow } from "@/components/ui/use-now";

/** Shorter: every blink of the network shows a banner. Longer: a frozen page looks live. */
const lossShownAfterMs = 2_000;

export interface StreamLoss {
  /** When the stream broke off, or was first asked for, by this browser; null while it flows. */
  readonly lostAtMs: number | null;
  readonly onArrival: () => void;
  readonly onConnectionStateChange: (change: { state: string }) => void;
}

/** Whether a subscription flows, from what it reports itself. */
export function useStreamLoss(): StreamLoss {
  const [lostAtMs, setLostAtMs] = useState<number | null>(null);
  const onArrival = useCallback(() => setLostAtMs(null), []);
  const onConnectionStateChange = useCallback(
    ({ state }: { state: string }) => setLostAtMs((before) => (state === "pending" ? null : (before ?? Date.now()))),
    [],
  );
  return { lostAtMs, onArrival, onConnectionStateChange };
}

/** For how long nothing has come; 0 while it flows, and through a blink nobody needs to hear of. */
export function useLostMs(lostAtMs: number | null): number {
  return useJudgedNow((nowMs) => {
    const lostMs = lostAtMs === null || nowMs === null ? 0 : nowMs - lostAtMs;
    return lostMs < lossShownAfterMs ? 0 : lostMs;
  });
}

let told = 0;
const listeners = new Set<() => void>();
const change = (by: 1 | -1): void => {
  told += by;
  for (const listener of listeners) listener();
};
const listen = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** A page says itself that it gets nothing; returns how to take that back. */
export function tellLostStream(): () => void {
  change(1);
  return () => change(-1);
}

/** Whether some part of the page says so already: the frame need not say it again. */
export const useIsLossTold = (): boolean =>
  useSyncExternalStore(
    listen,
    () => told > 0,
    () => false,
  );
