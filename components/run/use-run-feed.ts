"use client";

import { useState } from "react";
import { useSubscription, useTRPC } from "@/components/client/trpc";
import { emptyFeed, feed, type RunFeedState } from "@/components/run/run-feed";
import type { Plan } from "@/contract/run";

/** The run as its journal tells it, from the first event on; goes on by itself after a lost connection or a restart of the panel. */
export function useRunFeed(
  runId: string,
  plan: Plan,
): RunFeedState & {
  /** When the stream broke off, by this browser; null while it flows. */
  readonly lostAtMs: number | null;
} {
  const trpc = useTRPC();
  const [state, setState] = useState<RunFeedState>(() => emptyFeed(plan));
  const [lostAtMs, setLostAtMs] = useState<number | null>(null);

  useSubscription(
    trpc.run.events.subscriptionOptions(
      { runId },
      {
        onData: ({ data }) => {
          setLostAtMs(null);
          setState((before) => feed(before, data));
        },
        onConnectionStateChange: ({ state: connection }) =>
          setLostAtMs((before) => (connection === "pending" ? null : (before ?? Date.now()))),
      },
    ),
  );

  return { ...state, lostAtMs };
}
